#define CAF_SUITE inspect

#include "actors/supervision/map_health_page.hpp"
#include "actors/host/process_facts.hpp"
#include "app/instance/places.hpp"

#include "support/example_health.hpp"
#include "support/new_health_page.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

void stamp(health_page& page) {
  const auto now = read_clocks();
  page.pulse_awake_ns = now.awake.count();
  page.pulse_total_ns = now.total.count();
  page.pulse_wall_ns = now.wall.count();
}

/// Looks like a daemon from outside: a process that keeps a health page and gives it a pulse.
struct stand_in {
  pid_t pid = -1;
  int ready[2] = {-1, -1};

  /// @param prepare changes the page before its first pulse.
  template <class Prepare>
  stand_in(const std::filesystem::path& file, Prepare prepare) {
    CAF_REQUIRE_EQUAL(::pipe(ready), 0);
    pid = ::fork();
    if (pid == 0) {
      auto& page = new_health_page(file);
      example::fill_page(page);
      const auto self = own_identity();
      const auto now = read_clocks();
      page.pid = self.pid;
      page.process_start = self.start;
      page.boot_id.write(self.boot_id);
      page.started_total_ns = now.total.count();
      page.started_wall_ns = now.wall.count();
      for (auto& slot : page.slots)
        slot.started_ns = now.total.count();
      prepare(page);
      stamp(page);
      const auto written = ::write(ready[1], "x", 1);
      for (;;) {
        ::usleep(written == 1 ? 20'000 : 50'000);
        stamp(page);
      }
    }
    char byte = 0;
    CAF_REQUIRE_EQUAL(::read(ready[0], &byte, 1), 1);
  }
  ~stand_in() {
    end(SIGKILL);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  stand_in(const stand_in&) = delete;

  void send(int signal) const {
    ::kill(pid, signal);
  }

  void end(int signal) {
    if (pid > 0) {
      ::kill(pid, signal);
      ::kill(pid, SIGCONT);
      ::waitpid(pid, nullptr, 0);
      pid = -1;
    }
  }
};

struct fixture {
  temporary_folder folder;
  std::filesystem::path data = folder.path / "data";
  std::filesystem::path page;

  fixture() {
    ::setenv("XDG_RUNTIME_DIR", folder.path.c_str(), 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::chmod(folder.path.c_str(), 0700);
    std::filesystem::create_directories(data);
    place_options options;
    options.data = canonical_folder(data);
    const auto where = find_places(look_around(), options);
    make_folders(where);
    page = where.health_page();
  }

  program_result inspect(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"inspect", "--data", data.string()});
    return run_program(more);
  }

  void write(const std::string& bytes) const {
    std::ofstream{page, std::ios::binary | std::ios::trunc} << bytes;
  }
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool is_clean(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char x) {
    return x == '\n' || (static_cast<unsigned char>(x) >= 0x20 && x != 0x7f);
  });
}

void nothing(health_page&) {
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(inspect_tests, fixture)

CAF_TEST(a daemon that runs is healthy) {
  stand_in daemon{page, nothing};
  const auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(x.err, "");
  CAF_CHECK(says(x.out, "● pmactor is healthy\n"));
  CAF_CHECK(says(x.out, "pid " + std::to_string(daemon.pid)));
  CAF_CHECK(says(x.out, "└─ notifier"));
}

CAF_TEST(the document says the same) {
  stand_in daemon{page, nothing};
  const auto x = inspect({"--json"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  const auto document = nlohmann::json::parse(x.out);
  CAF_CHECK_EQUAL(document["verdict"], "healthy");
  CAF_CHECK_EQUAL(document["daemon"]["pid"], daemon.pid);
  CAF_CHECK_EQUAL(document["process"]["threads"], 1);
  CAF_CHECK_EQUAL(document["actors"].size(), 6u);
}

CAF_TEST(a degraded daemon has its own exit code) {
  stand_in daemon{page, [](health_page& x) { x.slots[4].degraded.write("No sampler."); }};
  const auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(says(x.out, "● pmactor runs, but is degraded\n  ! powermetrics-reader: No sampler.\n"));
}

CAF_TEST(a daemon stopped by a signal is distinguished from a stuck one) {
  stand_in daemon{page, nothing};
  daemon.send(SIGSTOP);
  ::waitpid(daemon.pid, nullptr, WUNTRACED);
  const auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(says(x.out, "a signal (SIGSTOP, or Ctrl-Z) halted it"));
  CAF_CHECK(says(x.out, "Last sign of life "));
  daemon.send(SIGCONT);
  std::this_thread::sleep_for(100ms);
  CAF_CHECK_EQUAL(inspect().exit_code, 0);
}

CAF_TEST(a handler that hangs is named with the place where its thread waits) {
  stand_in daemon{page, [](health_page& x) {
    auto& slot = x.slots[0];
    slot.handler.write("scored_sample");
    slot.handler_thread = ::getpid(); // the first thread of a process has its id
    slot.handler_since_ns = slot.met_since_ns = std::chrono::nanoseconds{read_clocks().awake - 42s}.count();
    slot.met_for_ns = std::chrono::nanoseconds{42s}.count();
  }};
  const auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(says(x.out, "● pmactor is stuck\n  ! storage-writer: has been handling scored_sample for 42 s; its "
                        "thread"));
}

CAF_TEST(a pulse that stands still is stuck) {
  stand_in daemon{page, nothing};
  daemon.end(SIGKILL);
  // This test itself plays the process that lives and does not get on.
  auto& old_page = new_health_page(page);
  example::fill_page(old_page);
  const auto self = own_identity();
  const auto now = read_clocks();
  old_page.pid = self.pid;
  old_page.process_start = self.start;
  old_page.boot_id.write(self.boot_id);
  old_page.pulse_awake_ns = std::chrono::nanoseconds{now.awake - 9s}.count();
  old_page.pulse_wall_ns = std::chrono::nanoseconds{now.wall - 9s}.count();
  const auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(says(x.out, "supervisor: has given no pulse for 9."));
}

CAF_TEST(a killed daemon is missed also while it is a zombie) {
  stand_in daemon{page, nothing};
  daemon.send(SIGKILL);
  siginfo_t gone{};
  ::waitid(P_PID, static_cast<id_t>(daemon.pid), &gone, WEXITED | WNOWAIT);
  auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(says(x.out, "× pmactor was killed: its process has ended without a goodbye"));
  daemon.end(SIGKILL);
  x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(says(x.out, "× pmactor was killed: its process is gone without a goodbye\n"));
  CAF_CHECK(says(x.out, "Last sign of life "));
}

CAF_TEST(a daemon that said goodbye or never was is not running) {
  auto x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(says(x.out, "○ pmactor is not running\n"));
  const auto document = nlohmann::json::parse(inspect({"--json"}).out);
  CAF_CHECK_EQUAL(document["verdict"], "not_running");
  stand_in daemon{page, [](health_page& y) {
    y.phase = daemon_phase::stopped;
    y.last_words.write("ended in good order");
  }};
  daemon.end(SIGKILL);
  x = inspect();
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(says(x.out, "○ pmactor is not running: ended in good order\n"));
}

CAF_TEST(a page that is none is refused in one sentence) {
  for (const auto& bytes : {std::string{}, std::string{"hello"}, std::string(sizeof(health_page), '\xff'),
                            std::string(sizeof(health_page) + 1, '\0'), std::string(1 << 20, 'x')}) {
    write(bytes);
    const auto x = inspect();
    CAF_CHECK_EQUAL(x.exit_code, 4);
    CAF_CHECK_EQUAL(x.out, "");
    CAF_CHECK(says(x.err, "is not one of this version of pmactor"));
  }
  std::filesystem::resize_file(page, std::uintmax_t{1} << 40);
  CAF_CHECK_EQUAL(inspect().exit_code, 4);
}

CAF_TEST(the page of another user shows itself to root alone) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("only root can make the file of another user");
    return;
  }
  { stand_in daemon{page, nothing}; }
  const unsigned owner = 64001, other = 64002;
  for (auto path = page; path != folder.path.parent_path(); path = path.parent_path())
    CAF_REQUIRE_EQUAL(::chmod(path.c_str(), 0777), 0);
  CAF_REQUIRE_EQUAL(::chown(page.c_str(), owner, owner), 0);
  CAF_CHECK_EQUAL(inspect().exit_code, 2); // root may look: it was killed
  const auto x = run_program({"inspect", "--data", data.string()}, other);
  if (x.exit_code == 126 || x.exit_code == 127)
    CAF_MESSAGE("the program lies where another user cannot reach it");
  else
    CAF_CHECK_EQUAL(x.exit_code, 3);
}

CAF_TEST(whatever a page holds nothing of it moves the cursor) {
  std::minstd_rand random{3};
  for (int round = 0; round < 8; ++round) {
    std::string bytes(sizeof(health_page), '\0');
    for (auto& x : bytes)
      x = static_cast<char>(random());
    const auto mark = health_page::magic;
    std::memcpy(bytes.data(), &mark, sizeof mark);
    if (round % 2 == 0) { // a process that lives
      const std::int64_t pid = ::getpid();
      const auto start = own_identity().start;
      std::memcpy(bytes.data() + 8, &pid, sizeof pid);
      std::memcpy(bytes.data() + 16, &start, sizeof start);
    }
    write(bytes);
    for (const auto& x : {inspect(), inspect({"--json"})}) {
      CAF_CHECK_EQUAL(x.signal, 0);
      CAF_CHECK(x.exit_code >= 0 && x.exit_code <= 3);
      CAF_CHECK(is_clean(x.out));
    }
  }
}

CAF_TEST(a page that is cut short again and again ends no reader) {
  stand_in daemon{page, nothing};
  std::atomic<bool> over{false};
  std::thread vandal{[&] {
    while (!over) {
      std::error_code ignored;
      std::filesystem::resize_file(page, 0, ignored);
      std::filesystem::resize_file(page, sizeof(health_page), ignored);
    }
  }};
  daemon.end(SIGKILL); // which would die of it itself
  for (int i = 0; i < 20; ++i)
    CAF_CHECK_EQUAL(inspect().signal, 0);
  over = true;
  vandal.join();
}

CAF_TEST(without a number it is shown anew each second) {
  const auto out = folder.path / "watched";
  CAF_CHECK_EQUAL(std::system(("timeout 2.5 " PMACTOR_PROGRAM " inspect --watch --data "
                               + data.string() + " >" + out.string() + "; test $? = 124")
                                .c_str()),
                  0);
  std::ifstream in{out};
  const std::string shown{std::istreambuf_iterator<char>{in}, {}};
  std::size_t frames = 0;
  for (auto at = shown.find("pmactor inspect, every 1.0 s"); at != shown.npos;
       at = shown.find("pmactor inspect, every 1.0 s", at + 1))
    ++frames;
  CAF_CHECK(frames >= 1 && frames <= 3);
}

CAF_TEST(what the command line gets wrong is reported as such) {
  CAF_CHECK_EQUAL(inspect({"--watch", "0"}).exit_code, 2);
  CAF_CHECK_EQUAL(inspect({"--watch", "soon"}).exit_code, 2);
  CAF_CHECK_EQUAL(inspect({"--colour"}).exit_code, 2);
}

CAF_TEST_FIXTURE_SCOPE_END()
