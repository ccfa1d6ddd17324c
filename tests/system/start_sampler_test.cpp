#define CAF_SUITE start_sampler

#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/powermetrics_reader.hpp"
#include "actors/powermetrics_reader/start_sampler.hpp"
#include "messages/actors.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <pthread.h>
#include <sys/wait.h>
#include <thread>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

const std::string one_document
  = "printf '<?xml?><plist><dict><key>elapsed_ns</key><integer>20000000</integer></dict></plist>\\n'";
const std::string stream_for_ever = "while :; do " + one_document + "; sleep 0.02; done";

/// A shell command as a child, and all that it reported so far.
struct running_child {
  std::mutex mutex;
  std::condition_variable news;
  bool is_news = false;
  child_news all;
  std::shared_ptr<child_output> output = std::make_shared<child_output>([this] {
    std::lock_guard guard{mutex};
    is_news = true;
    news.notify_all();
  });
  std::unique_ptr<sampler_child> child;

  explicit running_child(const std::string& script, std::vector<std::string> command = {})
    : child(start_child_process(command.empty() ? std::vector<std::string>{"sh", "-c", script} : command,
                                output)) {
  }

  ~running_child() {
    child.reset();
  }

  /// Waits until it has started.
  pid_t pid() const {
    for (const auto deadline = clock_type::now() + 10s; child->pid() == 0 && clock_type::now() < deadline;)
      std::this_thread::sleep_for(1ms);
    return static_cast<pid_t>(child->pid());
  }

  /// Waits for at most ten seconds. @returns whether it came true.
  template <class Predicate>
  bool until(Predicate predicate) {
    const auto deadline = clock_type::now() + 10s;
    for (;;) {
      {
        std::unique_lock guard{mutex};
        if (!news.wait_until(guard, deadline, [this] { return is_news; }))
          return false;
        is_news = false;
      }
      auto taken = output->take();
      for (auto& x : taken.documents)
        all.documents.push_back(std::move(x));
      for (auto& x : taken.lines)
        all.lines.push_back(std::move(x));
      all.documents_dropped += taken.documents_dropped;
      all.stopped_by = taken.stopped_by;
      all.continued = taken.continued;
      all.closed |= taken.closed;
      if (taken.end)
        all.end = taken.end;
      if (predicate(all))
        return true;
    }
  }

  bool until_ended() {
    return until([](const child_news& x) { return x.end.has_value(); });
  }
  bool until_documents(std::size_t count) {
    return until([count](const child_news& x) { return x.documents.size() >= count; });
  }
};

/// Whether this process has a child, dead or alive.
bool has_children() {
  int status = 0;
  return ::waitpid(-1, &status, WNOHANG) != -1 || errno != ECHILD;
}

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

} // namespace

CAF_TEST(documents and lines and the exit code are reported and the child is reaped) {
  running_child x{one_document + "; " + one_document + "; echo 'last words' >&2; exit 3"};
  CAF_REQUIRE(x.until_ended());
  CAF_CHECK_EQUAL(x.all.documents.size(), 2u);
  CAF_CHECK(x.all.documents.at(0).arrived.awake > 0ns);
  CAF_CHECK(x.all.documents.at(0).arrived.wall > 1'600'000'000s);
  CAF_CHECK_EQUAL(x.all.lines.at(0), "last words");
  CAF_CHECK(*x.all.end == child_end({false, 3}));
  CAF_CHECK(!has_children());
}

CAF_TEST(a document is reported at once and not when the next is due) {
  running_child x{one_document + "; sleep 60"};
  const auto begin = clock_type::now();
  CAF_REQUIRE(x.until_documents(1));
  CAF_CHECK(clock_type::now() - begin < 5s);
}

CAF_TEST(a command that is not there is reported) {
  running_child x{"", {"/no/such/sampler"}};
  CAF_REQUIRE(x.until_ended());
  CAF_CHECK(*x.all.end == child_end({false, ENOENT, true}));
  CAF_CHECK_EQUAL(to_string(*x.all.end), "could not be started (No such file or directory)");
  CAF_CHECK(!has_children());
}

CAF_TEST(a child receives signals that its parent blocks) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  {
    running_child x{"exec sleep 60"};
    CAF_REQUIRE(x.pid() > 0);
    x.child->terminate();
    CAF_CHECK(x.until_ended());
    CAF_CHECK(*x.all.end == child_end({true, SIGTERM}));
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CAF_CHECK(!has_children());
}

CAF_TEST(a stop and its end are reported) {
  running_child x{stream_for_ever};
  CAF_REQUIRE(x.until_documents(1));
  ::kill(x.pid(), SIGSTOP);
  CAF_CHECK(x.until([](const child_news& n) { return n.stopped_by == SIGSTOP; }));
  ::kill(x.pid(), SIGCONT);
  CAF_CHECK(x.until([](const child_news& n) { return n.continued; }));
}

CAF_TEST(a stopped child receives the signal to end) {
  running_child x{"exec sleep 60"};
  ::kill(x.pid(), SIGSTOP);
  CAF_CHECK(x.until([](const child_news& n) { return n.stopped_by.has_value(); }));
  x.child->terminate();
  CAF_CHECK(x.until_ended());
  CAF_CHECK(*x.all.end == child_end({true, SIGTERM}));
}

CAF_TEST(a child that will not end can be killed) {
  running_child x{"trap '' TERM; " + stream_for_ever};
  CAF_REQUIRE(x.until_documents(1));
  x.child->terminate();
  x.all.documents.clear();
  CAF_REQUIRE(x.until_documents(5)); // it goes on
  x.child->kill();
  CAF_CHECK(x.until_ended());
  CAF_CHECK(*x.all.end == child_end({true, SIGKILL}));
}

CAF_TEST(dropping a child ends it at once whatever its state) {
  for (const auto* script : {"trap '' TERM; echo >&2; sleep 60", "echo >&2; kill -STOP $$",
                             "echo >&2; exit 0", "exec >&- 2>&-; sleep 60"}) {
    auto x = std::make_unique<running_child>(script);
    const auto pid = x->pid();
    std::this_thread::sleep_for(30ms);
    const auto begin = clock_type::now();
    x.reset();
    CAF_CHECK(clock_type::now() - begin < 200ms);
    CAF_CHECK(!is_alive(pid));
    CAF_CHECK(!has_children());
  }
}

CAF_TEST(what the child started ends with it) {
  running_child x{"sleep 60 & echo $! >&2; exit 3"};
  CAF_REQUIRE(x.until_ended()); // although the sleeper still holds the pipes
  CAF_CHECK(*x.all.end == child_end({false, 3}));
  const auto sleeper = static_cast<pid_t>(std::stol(x.all.lines.at(0)));
  for (int i = 0; i < 200 && is_alive(sleeper); ++i) {
    // It is init's to reap now, which may take a moment, and for ever where init does not.
    std::ifstream stat{std::filesystem::path{"/proc"} / std::to_string(sleeper) / "stat"};
    std::string text;
    std::getline(stat, text);
    if (text.find(") Z ") != text.npos)
      break;
    std::this_thread::sleep_for(10ms);
    CAF_CHECK_LESS(i, 199);
  }
}

CAF_TEST(a child that closes its output and lives on is reported) {
  running_child x{one_document + "; exec >&-; exec sleep 60"};
  CAF_CHECK(x.until([](const child_news& n) { return n.closed; }));
  CAF_CHECK_EQUAL(x.all.documents.size(), 1u);
}

CAF_TEST(a flood of errors does not hold up the documents) {
  running_child x{"yes 'a line of errors' >&2 & " + stream_for_ever};
  CAF_CHECK(x.until_documents(20));
  CAF_CHECK(x.all.lines.size() > 0);
}

CAF_TEST(zeros and a document of a hundred megabytes cost only themselves) {
  running_child x{"head -c 67108864 /dev/zero; printf '<?xml?><plist>';"
                  " head -c 104857600 /dev/zero | tr '\\0' 'x'; printf '</plist>';"
                  + one_document};
  CAF_REQUIRE(x.until_ended());
  CAF_REQUIRE(!x.all.documents.empty());
  CAF_CHECK(x.all.documents.back().text.ends_with("</plist>"));
  for (const auto& document : x.all.documents)
    CAF_CHECK(document.text.size() < 200);
}

// ---- the whole actor on real children ------------------------------------------------------------

namespace {

struct counting_state {
  counting_state() = default;
  static constexpr const char* name = "counting-sink";
};

power_sink_actor::behavior_type counting_sink(power_sink_actor::stateful_pointer<counting_state>,
                                              std::atomic<std::uint64_t>* count) {
  return {[count](const power_sample&) { ++*count; }};
}

/// A daemon of nothing but the reader.
struct running_reader {
  health_page page;
  health_slot& slot = page.slots[0];
  std::atomic<std::uint64_t> samples{0};
  lived_clock lived;
  std::unique_ptr<beat_source> beat
    = start_host_beat(beat_policy{}, lived, [](const beat_batch&) {});
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  powermetrics_reader_actor reader;
  power_sink_actor sink;

  explicit running_reader(powermetrics_reader_policy policy) {
    config.set("scheduler.policy", caf::atom("sharing"));
    config.set("scheduler.max-threads", std::size_t{2});
    system = std::make_unique<caf::actor_system>(config);
    sink = system->spawn(counting_sink, &samples);
    reader = system->spawn(powermetrics_reader, actor_slot_ref{&slot}, policy, &lived, start_child_process);
    caf::anon_send(reader, link_to{"sink"}, sink);
  }

  ~running_reader() {
    caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(sink, caf::exit_reason::user_shutdown);
    reader = nullptr;
    sink = nullptr;
    system.reset();
  }

  /// The pid in the note; 0 if there is no child just now.
  pid_t child_pid() const {
    const auto note = slot.note.read();
    return note.starts_with("child ") ? static_cast<pid_t>(std::stol(note.substr(6))) : 0;
  }

  template <class Predicate>
  bool until(Predicate predicate) {
    for (const auto deadline = clock_type::now() + 20s; clock_type::now() < deadline;) {
      if (predicate())
        return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }
};

powermetrics_reader_policy quick_policy() {
  powermetrics_reader_policy policy;
  policy.command = {"sh", "-c", stream_for_ever};
  policy.interval = 20ms;
  policy.first_delay = policy.longest_delay = 1ms;
  policy.least_silence = 500ms;
  policy.kill_after = 200ms;
  return policy;
}

} // namespace

CAF_TEST(two hundred killed children are replaced and none is left a zombie) {
  {
    running_reader x{quick_policy()};
    pid_t last = 0;
    for (int i = 0; i < 200; ++i) {
      const auto before = x.samples.load();
      CAF_REQUIRE(x.until([&] {
        return x.child_pid() != 0 && x.child_pid() != last && x.samples.load() > before;
      }));
      last = x.child_pid();
      ::kill(last, SIGKILL);
    }
    CAF_REQUIRE(x.until([&] { return x.child_pid() != 0 && x.child_pid() != last; }));
    CAF_CHECK(x.slot.note.read().find("started 201 times") != std::string::npos);
    int zombies = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
      std::ifstream stat{entry.path() / "stat"};
      std::string text;
      if (std::getline(stat, text) && text.find(") Z " + std::to_string(::getpid())) != text.npos)
        ++zombies;
    }
    CAF_CHECK_EQUAL(zombies, 0);
  }
  CAF_CHECK(!has_children());
}

CAF_TEST(a stopped child is replaced) {
  {
    running_reader x{quick_policy()};
    CAF_REQUIRE(x.until([&] { return x.samples > 5; }));
    const auto pid = x.child_pid();
    ::kill(pid, SIGSTOP);
    CAF_CHECK(x.until([&] { return x.child_pid() != 0 && x.child_pid() != pid; }));
    CAF_CHECK(!is_alive(pid));
  }
  CAF_CHECK(!has_children());
}

CAF_TEST(a child that feeds zeros is given up and the reader ends at once) {
  auto policy = quick_policy();
  policy.command = {"cat", "/dev/zero"};
  auto x = std::make_unique<running_reader>(policy);
  CAF_CHECK(x->until([&] {
    return x->slot.note.read().find("started 3 times") != std::string::npos;
  }));
  const auto begin = clock_type::now();
  x.reset();
  CAF_CHECK(clock_type::now() - begin < 500ms);
  CAF_CHECK(!has_children());
}
