// What our processes take over from whoever starts them, and what those that they start take over from them.
#define CAF_SUITE inheritance

#include "actors/host/run_process.hpp"

#include "app/views/inspect_health.hpp"
#include "support/daemon.hpp"
#include "support/other_process.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Runs a process to its end. @returns what it wrote.
std::string output_of(process_order order, run_end* end = nullptr, run_terms terms = {}) {
  std::string result;
  std::array<char, 4096> room;
  terms.out.room = [&] { return std::span{room}; };
  terms.out.arrived = [&](std::size_t count) { result.append(room.data(), count); };
  cancellation cancel;
  const auto how = run_process(std::move(order), std::move(terms), cancel);
  if (end != nullptr)
    *end = how;
  return result;
}

process_order shell(const std::string& script) {
  process_order result;
  result.command = {"/bin/sh", "-c", script};
  result.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  return result;
}

/// Starts `pmactor` behind a preparation that a shell, cron or a service manager might have made.
class prepared_program {
public:
  prepared_program(std::vector<std::string> words, const std::function<void()>& prepare) {
    words.insert(words.begin(), "pmactor");
    std::vector<char*> argv;
    for (auto& x : words)
      argv.push_back(x.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      prepare();
      ::execv(PMACTOR_PROGRAM, argv.data());
      ::_exit(127);
    }
  }
  ~prepared_program() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  /// @returns its exit code; minus the signal that ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  pid_t pid() const {
    return pid_;
  }
  std::filesystem::path proc(const std::string& name) const {
    return "/proc/" + std::to_string(pid_) + '/' + name;
  }
  std::string link(const std::string& name) const {
    std::error_code none;
    return std::filesystem::read_symlink(proc(name), none).string();
  }

private:
  pid_t pid_ = 0;
};

std::vector<std::string> run_words(const test_home& home) {
  return {"run", "--data", home.data.string()};
}

bool samples_come(const test_home& home) {
  return soon([&] {
    const auto view = inspect_health(find_health_page(home.where()));
    return view.report && view.report->samples_stored > 0;
  });
}

} // namespace

#ifdef __linux__

CAF_TEST(a process has no descriptor of ours beyond those it is given) {
  const int stray = ::open("/etc/passwd", O_RDONLY); // not even marked to be closed by exec()
  CAF_CHECK_EQUAL(output_of(shell("ls /proc/self/fd | tr '\\n' ' '; readlink /proc/self/fd/0")),
                  "0 1 2 3 /dev/null\n"); // 3 is the folder that ls reads
  ::close(stray);
}

CAF_TEST(a process has default signals whatever ours are) {
  sigset_t blocked, before;
  sigfillset(&blocked);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto* const was = std::signal(SIGUSR2, SIG_IGN);
  auto* const was_too = std::signal(SIGPIPE, SIG_IGN);
  const auto said = output_of(shell("grep -E '^Sig(Blk|Ign):' /proc/self/status"));
  std::signal(SIGUSR2, was);
  std::signal(SIGPIPE, was_too);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CAF_CHECK_EQUAL(said, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

CAF_TEST(a process has neither our priorities nor our protection) {
  if (::geteuid() != 0)
    return; // only root may raise what was lowered
  const auto script = "cat /proc/self/oom_score_adj; nice; ionice | cut -d: -f1; cut -d' ' -f41 /proc/self/stat; umask; pwd";
  std::string ordinary, ours, yielding;
  const auto score = text_of("/proc/self/oom_score_adj");
  std::ofstream{"/proc/self/oom_score_adj"} << 500;
  std::thread{[&] {
    ::setpriority(PRIO_PROCESS, 0, 7);
    ordinary = output_of(shell(script));
    auto order = shell(script);
    order.as_a = process_order::rank::ours;
    ours = output_of(order);
    order.as_a = process_order::rank::yielding;
    yielding = output_of(order);
  }}.join();
  std::ofstream{"/proc/self/oom_score_adj"} << score;
  CAF_CHECK_EQUAL(ordinary, "0\n0\nnone\n0\n0077\n/\n");
  CAF_CHECK_EQUAL(ours.substr(0, 6), "500\n7\n");
  CAF_CHECK_EQUAL(yielding, "0\n5\nbest-effort\n3\n0077\n/\n"); // 3 is SCHED_BATCH
}

CAF_TEST(a session is its own and so is a group) {
  auto order = shell("ps -o pid=,pgid=,sid= -p $$ | tr -s ' '");
  const auto numbers = [](const std::string& text) {
    std::istringstream in{text};
    std::array<pid_t, 3> x{};
    in >> x[0] >> x[1] >> x[2];
    return x;
  };
  const auto group = numbers(output_of(order));
  CAF_CHECK_EQUAL(group[0], group[1]);
  CAF_CHECK_EQUAL(group[2], ::getsid(0));
  order.with = process_order::company::own_session;
  const auto session = numbers(output_of(order));
  CAF_CHECK_EQUAL(session[0], session[1]);
  CAF_CHECK_EQUAL(session[0], session[2]);
}

#endif

CAF_TEST(a process has the environment of its order and nothing of ours) {
  ::setenv("PMACTOR_TEST_SECRET", "x", 1);
  ::setenv("NOTIFY_SOCKET", "/nowhere", 1);
  const auto own = own_environment({"PMACTOR_TEST_SECRET"});
  for (const auto& x : own)
    CAF_CHECK(!x.starts_with("PMACTOR_TEST_SECRET=") && !x.starts_with("NOTIFY_SOCKET="));
  CAF_CHECK(!own.empty());
  CAF_CHECK(output_of(shell("env")).find("SECRET") == std::string::npos);
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("PMACTOR_TEST_SECRET");
}

CAF_TEST(a process that cannot be started says why) {
  run_end end;
  auto order = shell("");
  order.command = {"/no/such/program"};
  output_of(order, &end);
  CAF_CHECK(end.what == process_exit::how::not_started);
  CAF_CHECK_EQUAL(end.number, ENOENT);
  order.command = {"no-such-program"};
  order.path = "relative:/usr/bin:/bin";
  output_of(order, &end);
  CAF_CHECK_EQUAL(end.number, ENOENT);
  order.command = {"passwd"};
  order.path = "/etc:/no/such/folder"; // there, but no program
  output_of(order, &end);
  CAF_CHECK_EQUAL(end.number, EACCES);
  order = shell("");
  order.folder = "/no/such/folder";
  output_of(order, &end);
  CAF_CHECK_EQUAL(end.number, ENOENT);
}

CAF_TEST(a program is found in its path by the child) {
  auto order = shell("");
  order.command = {"sh", "-c", "echo found"};
  order.path = "/no/such/folder:/usr/bin:/bin";
  CAF_CHECK_EQUAL(output_of(order), "found\n");
}

CAF_TEST(input that a program does not read ends nothing) {
  auto* const was = std::signal(SIGPIPE, SIG_DFL);
  run_terms terms;
  terms.input = std::string(100'000, 'x');
  CAF_CHECK_EQUAL(output_of(shell("exec <&-; echo done"), nullptr, terms), "done\n");
  CAF_CHECK_EQUAL(output_of(shell("wc -c"), nullptr, terms).substr(0, 5), "32768");
  std::signal(SIGPIPE, was);
}

CAF_TEST(what a sink throws ends the process and is handed on) {
  run_terms terms;
  std::array<char, 16> room;
  terms.out.room = [&] { return std::span{room}; };
  terms.out.arrived = [](std::size_t) { throw std::runtime_error("no more"); };
  cancellation cancel;
  const auto end = run_process(shell("while :; do echo x; done"), terms, cancel);
  CAF_CHECK(end.failure != nullptr);
  CAF_CHECK(end.what == process_exit::how::killed);
}

#ifdef __linux__

CAF_TEST(a daemon that is started with closed descriptors keeps its files to itself) {
  const test_home home;
  prepared_program daemon{run_words(home), [] {
                            for (const int fd : {0, 1, 2})
                              ::close(fd);
                          }};
  CAF_REQUIRE(samples_come(home));
  for (const auto* fd : {"fd/0", "fd/1", "fd/2"})
    CAF_CHECK_EQUAL(daemon.link(fd), "/dev/null");
  CAF_CHECK(text_of(home.where().pid_file()).find(std::to_string(daemon.pid())) != std::string::npos);
  ::kill(daemon.pid(), SIGTERM);
  CAF_CHECK_EQUAL(daemon.wait(), 0);
}

CAF_TEST(a daemon holds no descriptor that is not its own) {
  const test_home home;
  const auto stray = (home.folder.path / "stray").string();
  prepared_program daemon{run_words(home), [&] {
                            const int fd = ::open(stray.c_str(), O_CREAT | O_RDWR, 0600);
                            ::dup2(fd, 57);
                            ::dup2(fd, 900);
                          }};
  CAF_REQUIRE(samples_come(home));
  for (const auto& entry : std::filesystem::directory_iterator{daemon.proc("fd")}) {
    std::error_code none;
    CAF_CHECK(std::filesystem::read_symlink(entry, none) != stray);
  }
}

CAF_TEST(a web server holds no descriptor that is not its own) {
  const test_home home;
  const auto stray = (home.folder.path / "stray").string();
  const auto said = (home.folder.path / "said").string();
  prepared_program server{{"serve", "--data", home.data.string(), "--listen", "127.0.0.1:0"}, [&] {
                            ::dup2(::open(stray.c_str(), O_CREAT | O_RDWR, 0600), 57);
                            ::dup2(::open(said.c_str(), O_CREAT | O_WRONLY, 0600), STDOUT_FILENO);
                          }};
  CAF_REQUIRE(soon([&] { return text_of(said).find("http://") != std::string::npos; }));
  for (const auto& entry : std::filesystem::directory_iterator{server.proc("fd")}) {
    std::error_code none;
    CAF_CHECK(std::filesystem::read_symlink(entry, none) != stray);
  }
}

CAF_TEST(a daemon receives signals that its starter ignored or blocked and reaps its children) {
  const test_home home;
  prepared_program daemon{run_words(home), [] {
                            for (const int number : {SIGTERM, SIGCHLD, SIGHUP, SIGUSR1})
                              std::signal(number, SIG_IGN);
                            sigset_t all;
                            sigfillset(&all);
                            ::sigprocmask(SIG_SETMASK, &all, nullptr);
                          }};
  CAF_REQUIRE(samples_come(home));
  ::kill(daemon.pid(), SIGTERM);
  CAF_CHECK_EQUAL(daemon.wait(), 0);
}

CAF_TEST(a daemon makes files for its user alone whatever the umask) {
  for (const mode_t mask : {0000, 0777}) {
    const test_home home;
    prepared_program daemon{run_words(home), [mask] { ::umask(mask); }};
    CAF_REQUIRE(samples_come(home));
    struct stat facts {};
    CAF_CHECK_EQUAL(::stat(home.where().database().c_str(), &facts), 0);
    CAF_CHECK_EQUAL(facts.st_mode & 0777, 0600u);
  }
}

CAF_TEST(a daemon outlives a limit on the size of its files) {
  const test_home home;
  prepared_program daemon{run_words(home), [] {
                            const rlimit small{120 * 1024, 120 * 1024};
                            ::setrlimit(RLIMIT_FSIZE, &small);
                          }};
  const auto trouble = [&] {
    const auto view = inspect_health(find_health_page(home.where()));
    if (view.report)
      for (const auto& x : view.report->actors)
        if (x.name == "storage-writer" && x.degraded.find("wait to be stored") != std::string::npos)
          return true;
    return false;
  };
  CAF_CHECK(soon(trouble, 60s));
  CAF_CHECK_EQUAL(::kill(daemon.pid(), 0), 0);
  ::kill(daemon.pid(), SIGTERM);
  CAF_CHECK_LESS(-1, daemon.wait()); // no signal
}

#endif
