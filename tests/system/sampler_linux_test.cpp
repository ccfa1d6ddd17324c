#define CAF_SUITE sampler_linux

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <optional>
#include <poll.h>
#include <pugixml.hpp>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

/// A child of ours; killed and reaped when it goes out of scope.
struct child {
  pid_t pid = -1;

  child() = default;
  child(child&& other) noexcept : pid{std::exchange(other.pid, -1)} {
  }
  ~child() {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  /// Runs *work* in a child, which must not return.
  template <class Work>
  explicit child(Work work) : pid{::fork()} {
    if (pid == 0) {
      work();
      ::_exit(99);
    }
  }
  /// @returns the exit code, or -1 if it has not ended in time or was killed.
  int wait(std::chrono::milliseconds patience) {
    const auto end = steady::now() + patience;
    for (;;) {
      int status = 0;
      if (::waitpid(pid, &status, WNOHANG) == pid) {
        pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      if (steady::now() >= end)
        return -1;
      std::this_thread::sleep_for(5ms);
    }
  }
};

[[noreturn]] void exec_sampler(std::vector<std::string> arguments, int out) {
  arguments.insert(arguments.begin(), {PMACTOR_PROGRAM, "sample"});
  std::vector<char*> argv;
  for (auto& x : arguments)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  ::dup2(out, STDOUT_FILENO);
  ::execv(PMACTOR_PROGRAM, argv.data());
  ::_exit(98);
}

/// @returns once the sampler with this pid has taken over what the signals that stop it do.
void await_start(pid_t pid) {
  for (const auto end = steady::now() + 10s; steady::now() < end; std::this_thread::sleep_for(5ms)) {
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("SigCgt:")
          && ((std::stoull(line.substr(7), nullptr, 16) >> (SIGTERM - 1)) & 1) != 0)
        return;
  }
  throw std::runtime_error("the sampler does not start");
}

/// The program at work, its standard output in our hands.
struct sampler {
  int out = -1;
  child process;

  explicit sampler(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::runtime_error("pipe2");
    out = ends[0];
    process.pid = ::fork();
    if (process.pid == 0)
      exec_sampler(std::move(arguments), ends[1]);
    ::close(ends[1]);
  }
  ~sampler() {
    close_out();
  }
  void close_out() {
    if (out >= 0)
      ::close(std::exchange(out, -1));
  }
  /// @returns the next *count* documents with what lies between them, or all to the end.
  std::string read(std::size_t count = 1'000'000) {
    std::array<char, 65536> buffer;
    std::size_t end = 0;
    for (std::size_t found = 0; found < count;) {
      if (const auto at = pending.find("</plist>\n", end); at != std::string::npos) {
        ++found;
        end = at + 9;
        continue;
      }
      pollfd ready{out, POLLIN, 0};
      const auto size
        = ::poll(&ready, 1, 20'000) > 0 ? ::read(out, buffer.data(), buffer.size()) : 0;
      if (size <= 0) {
        end = pending.size();
        break;
      }
      pending.append(buffer.data(), static_cast<std::size_t>(size));
    }
    auto result = pending.substr(0, end);
    pending.erase(0, end);
    return result;
  }
  std::string pending;
};

/// The documents of a stream, checked to be nothing but documents with one NUL between two of them.
/// @param continued there was one before.
std::vector<std::string> documents_of(std::string_view stream, bool continued = false) {
  std::vector<std::string> result;
  while (!stream.empty()) {
    if (continued || !result.empty()) {
      CAF_REQUIRE_EQUAL(stream.front(), '\0');
      stream.remove_prefix(1);
    }
    const auto end = stream.find("</plist>\n");
    CAF_REQUIRE(stream.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    CAF_REQUIRE(end != std::string_view::npos);
    result.emplace_back(stream.substr(0, end + 9));
    stream.remove_prefix(end + 9);
  }
  return result;
}

struct plist {
  pugi::xml_document document;
  explicit plist(const std::string& text) {
    CAF_REQUIRE(document.load_string(text.c_str(), pugi::parse_full));
  }
  pugi::xml_node root() const {
    return document.child("plist").child("dict");
  }
  static pugi::xml_node value_of(pugi::xml_node dict, const std::string& key) {
    return dict
      .find_child([&](pugi::xml_node x) {
        return std::string{x.name()} == "key" && x.text().get() == key;
      })
      .next_sibling();
  }
  /// The task of this process, or an empty node.
  pugi::xml_node task(pid_t pid) const {
    return value_of(root(), "tasks").find_child([&](pugi::xml_node x) {
      return value_of(x, "pid").text().as_llong() == pid;
    });
  }
};

std::chrono::nanoseconds cpu_time(pid_t pid) {
  clockid_t clock;
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
    throw std::runtime_error("no CPU clock");
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

[[noreturn]] void spin() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // whatever becomes of the test
  for (;;)
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

} // namespace

CAF_TEST(documents are whole with a NUL before each but the first) {
  sampler aut{{"-i", "50", "-n", "4"}};
  const auto documents = documents_of(aut.read());
  CAF_REQUIRE_EQUAL(documents.size(), 4u);
  for (const auto& text : documents) {
    const plist x{text};
    CAF_CHECK(plist::value_of(x.root(), "is_delta").name() == std::string{"true"});
    CAF_CHECK_GREATER(plist::value_of(x.root(), "elapsed_ns").text().as_llong(), 24'000'000);
    CAF_CHECK(plist::value_of(x.root(), "tasks"));
    CAF_CHECK(plist::value_of(x.root(), "all_tasks"));
    CAF_CHECK(plist::value_of(x.root(), "processor"));
  }
  CAF_CHECK_EQUAL(aut.process.wait(5s), 0);
}

CAF_TEST(a busy process shows with the CPU it burned) {
  child busy{spin};
  sampler aut{{"-i", "200"}};
  aut.read(1);
  const auto before = cpu_time(busy.pid);
  const auto documents = documents_of(aut.read(5), true);
  const auto burned = cpu_time(busy.pid) - before;
  std::chrono::nanoseconds listed{};
  for (const auto& text : documents)
    listed += std::chrono::nanoseconds{
      plist::value_of(plist{text}.task(busy.pid), "cputime_ns").text().as_llong()};
  // Neither looks at the other's very moment.
  CAF_CHECK_GREATER(listed, burned - 100ms);
  CAF_CHECK_LESS(listed, burned + 100ms);
  CAF_CHECK_GREATER(listed, 100ms);
}

CAF_TEST(a shell is not charged with what its child wrote) {
  const pmactor::temporary_folder folder;
  const auto file = (folder.path / "file").string();
  sampler aut{{"-i", "300"}};
  aut.read(1);
  const auto command =
    "dd if=/dev/zero of=" + file + " bs=1M count=64 oflag=direct 2>/dev/null; sleep 1; :";
  child shell{[&] { ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr); }};
  long long by_shell = 0, by_disks = 0;
  bool was_seen = false;
  for (const auto& text : documents_of(aut.read(6), true)) {
    const plist x{text};
    if (const auto task = x.task(shell.pid)) {
      was_seen = true;
      by_shell += plist::value_of(task, "diskio_byteswritten").text().as_llong();
    }
    by_disks += plist::value_of(plist::value_of(x.root(), "disk"), "wbytes_diff").text().as_llong();
  }
  if (by_disks < 32'000'000) {
    CAF_MESSAGE("skipped: temporary files lie on no disk");
    return;
  }
  CAF_CHECK(was_seen);
  CAF_CHECK_LESS(by_shell, 1'000'000);
}

CAF_TEST(a hostile name does no harm) {
  const std::map<std::string, std::string> names{{"a) R 1 (b", "a) R 1 (b"},
                                                 {"\"; rm -rf ~ #", "\"; rm -rf ~ #"},
                                                 {"</string>&<b>", "</string>&<b>"},
                                                 {"\n\x1b[2J\xff", "\uFFFD\uFFFD[2J\uFFFD"}};
  std::vector<child> children;
  for (const auto& [name, shown] : names)
    children.emplace_back([&name = name] {
      ::prctl(PR_SET_NAME, name.c_str());
      spin();
    });
  sampler aut{{"-i", "200", "-n", "1"}};
  const auto documents = documents_of(aut.read());
  CAF_REQUIRE_EQUAL(documents.size(), 1u);
  const plist x{documents[0]};
  std::size_t i = 0;
  for (const auto& [name, shown] : names) {
    const auto task = x.task(children[i++].pid);
    CAF_REQUIRE(task);
    CAF_CHECK_EQUAL(std::string{plist::value_of(task, "name").text().get()}, shown);
  }
  CAF_CHECK_EQUAL(aut.process.wait(5s), 0);
}

CAF_TEST(coalitions take the place of tasks) {
  sampler aut{{"-i", "50", "-n", "1", "--show-process-coalition"}};
  const auto documents = documents_of(aut.read());
  CAF_REQUIRE_EQUAL(documents.size(), 1u);
  const plist x{documents[0]};
  CAF_CHECK(plist::value_of(x.root(), "coalitions"));
  CAF_CHECK(!plist::value_of(x.root(), "tasks"));
}

CAF_TEST(it ends when its reader has gone) {
  sampler aut{{"-i", "60000"}};
  std::this_thread::sleep_for(100ms);
  aut.close_out();
  CAF_CHECK_EQUAL(aut.process.wait(1s), 0);
}

CAF_TEST(it ends when its parent was killed although its output is still read) {
  int ends[2];
  CAF_REQUIRE_EQUAL(::pipe2(ends, O_CLOEXEC), 0);
  child parent{[&] {
    const auto grandchild = ::fork();
    if (grandchild == 0)
      exec_sampler({"-i", "60000"}, ends[1]);
    await_start(grandchild);
    std::this_thread::sleep_for(100ms); // it looks for its parent right after
    ::raise(SIGKILL);
  }};
  ::close(ends[1]);
  int status = 0;
  CAF_REQUIRE_EQUAL(::waitpid(parent.pid, &status, 0), parent.pid);
  parent.pid = -1;
  pollfd end{ends[0], POLLIN, 0};
  CAF_CHECK_EQUAL(::poll(&end, 1, 1000), 1);
  CAF_CHECK((end.revents & POLLHUP) != 0);
  ::close(ends[0]);
}

CAF_TEST(a stop signal ends it at once) {
  for (const int signal : {SIGTERM, SIGINT}) {
    sampler aut{{"-i", "60000"}};
    await_start(aut.process.pid);
    ::kill(aut.process.pid, signal);
    CAF_CHECK_EQUAL(aut.process.wait(1s), 0);
  }
}

CAF_TEST(a stop signal ends it at once while its reader sleeps) {
  sampler aut{{"-i", "1"}};
  std::this_thread::sleep_for(500ms); // the pipe is full by now
  ::kill(aut.process.pid, SIGTERM);
  CAF_CHECK_EQUAL(aut.process.wait(1s), 0);
}

CAF_TEST(a stop signal between two samples leaves no document torn) {
  sampler aut{{"-i", "100"}};
  auto stream = aut.read(3);
  ::kill(aut.process.pid, SIGTERM);
  stream += aut.read();
  CAF_CHECK_GREATER(documents_of(stream).size(), 2u); // which checks that the last is whole
}

CAF_TEST(a stall becomes one long window) {
  sampler aut{{"-i", "100"}};
  aut.read(1);
  ::kill(aut.process.pid, SIGSTOP);
  std::this_thread::sleep_for(700ms);
  ::kill(aut.process.pid, SIGCONT);
  const auto documents = documents_of(aut.read(4), true);
  int long_ones = 0, short_ones = 0;
  for (const auto& text : documents) {
    const auto elapsed = plist::value_of(plist{text}.root(), "elapsed_ns").text().as_llong();
    long_ones += elapsed > 600'000'000;
    short_ones += elapsed < 40'000'000;
  }
  CAF_CHECK_EQUAL(long_ones, 1);
  CAF_CHECK_EQUAL(short_ones, 0);
}

CAF_TEST(people get a table) {
  sampler aut{{"-i", "50", "-n", "2", "-f", "text"}};
  const auto text = aut.read();
  CAF_CHECK(text.find("     PID S   CPU %     RSS   READ/s  WRITE/s  NAME\n") != std::string::npos);
  CAF_CHECK_EQUAL(text.find('\0'), std::string::npos);
  CAF_CHECK_EQUAL(aut.process.wait(5s), 0);
}

CAF_TEST(a wrong option shows in the exit code) {
  sampler aut{{"-f", "xml"}};
  CAF_CHECK_EQUAL(aut.process.wait(5s), 2);
}
