#include "actors/forensics_supervisor/run_tool_posix.hpp"

#include "actors/forensics_supervisor/lower_priority.hpp"
#include "actors/forensics_supervisor/event_folder_posix.hpp"
#include "actors/host/left_behind.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_words = 4096;
constexpr auto politeness = 500ms;  ///< Between SIGTERM and SIGKILL.
constexpr auto last_patience = 1s;  ///< For a killed one to be gone.
constexpr auto look_period = 100ms;

std::chrono::nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// @returns a pipe that is never waited for.
owned_pipe open_ready_pipe() {
  auto result = open_pipe();
  (void)::fcntl(result.read.get(), F_SETFL, O_NONBLOCK);
  return result;
}

left_behind zombies;

/// In the child. Only what is safe after a fork of a program with threads.
[[noreturn]] void become(char* const* argv, char* const* environment, int out, int err,
                         std::uint64_t most_bytes, unsigned seconds, long parent) {
  ::setpgid(0, 0);
  if (!end_with_parent(parent))
    ::_exit(127);
  // Kept across exec(): where nothing ends it with a daemon that crashed, it does not outlive it for long.
  ::alarm(seconds);
  stay_modest();
  for (int i = 1; i < NSIG; ++i)
    ::signal(i, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit files{most_bytes, most_bytes};
  ::setrlimit(RLIMIT_FSIZE, &files);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (::dup2(nothing, 0) >= 0 && ::dup2(out, 1) >= 0 && ::dup2(err, 2) >= 0) {
    if (nothing > 2)
      ::close(nothing);
    ::execve(argv[0], argv, environment);
  }
  const auto code = errno;
  const char* why = ::strerror(code); // of a known number: a text that is there already
  (void)!::write(err, why, std::strlen(why));
  ::_exit(127);
}

} // namespace

cancellation::cancellation() : wake_{open_ready_pipe()} {
}

cancellation::~cancellation() = default;

void cancellation::stop() {
  std::lock_guard guard{mutex_};
  stopped_ = true;
  (void)!::write(wake_.write.get(), "", 1);
}

void cancellation::kill() {
  std::lock_guard guard{mutex_};
  stopped_ = killed_ = true;
  if (group_ > 0)
    ::kill(-group_, SIGKILL);
  (void)!::write(wake_.write.get(), "", 1);
}

bool cancellation::is_pulled() const {
  std::lock_guard guard{mutex_};
  return stopped_;
}

/// One tool, from its start until it is reaped.
class tool_run {
public:
  tool_run(cancellation& leash, tool_end& end) : leash_(leash), end_(end) {
  }

  void start(const std::vector<std::string>& command, std::uint64_t most_bytes,
             std::chrono::nanoseconds longest) {
    zombies.reap();
    auto out = open_ready_pipe();
    auto err = open_ready_pipe();
    std::vector<char*> argv;
    for (const auto& x : command)
      argv.push_back(const_cast<char*>(x.c_str()));
    argv.push_back(nullptr);
    // Nothing of the daemon's own environment goes to a tool but where its programs are.
    std::string path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";
    std::string locale = "LC_ALL=C.UTF-8";
    std::string zone = "TZ=UTC";
    std::array<char*, 4> environment{path.data(), locale.data(), zone.data(), nullptr};
    std::lock_guard guard{leash_.mutex_};
    if (leash_.stopped_)
      return;
    const long parent = ::getpid();
    const auto seconds = static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(longest).count());
    const auto pid = ::fork();
    if (pid < 0)
      throw std::system_error(errno, std::generic_category(), "cannot start " + command[0]);
    if (pid == 0)
      become(argv.data(), environment.data(), out.write.get(), err.write.get(), most_bytes, seconds,
             parent);
    ::setpgid(pid, pid); // whoever of the two comes first
    leash_.group_ = pid_ = pid;
    end_.started = true;
    out_ = std::move(out.read);
    err_ = std::move(err.read);
  }

  void watch(std::uint64_t most_bytes, const std::function<void(std::string_view)>& output,
             const std::function<std::uint64_t()>& grown) {
    while (!reaped_) {
      std::array<pollfd, 3> watched{{{leash_.wake_.read.get(), POLLIN, 0},
                                     {out_.get(), POLLIN, 0},
                                     {err_.get(), POLLIN, 0}}};
      const bool blind = out_.get() < 0 && err_.get() < 0;
      ::poll(watched.data(), watched.size(),
             static_cast<int>((blind ? look_period / 5 : look_period).count()));
      drain_wake();
      if (watched[1].revents != 0)
        read_output(most_bytes, output);
      if (watched[2].revents != 0)
        read_errors();
      if (grown && grown() > most_bytes)
        end_early(true, "");
      if (leash_.is_pulled())
        ending_ = ending_ == 0ns ? begin_ending() : ending_;
      escalate();
      if (look_at_child()) {
        for (int i = 0; i < 64 && out_.get() >= 0 && read_output(most_bytes, output); ++i) {
        }
        for (int i = 0; i < 16 && err_.get() >= 0 && read_errors(); ++i) {
        }
      }
    }
  }

private:
  std::chrono::nanoseconds begin_ending() {
    signal(SIGTERM);
    signal(SIGCONT); // a stopped one hears nothing else before
    return steady_now();
  }

  void end_early(bool cut, const std::string& problem) {
    if (ending_ != 0ns)
      return;
    end_.cut = cut;
    if (end_.problem.empty())
      end_.problem = problem;
    ending_ = begin_ending();
  }

  void escalate() {
    if (ending_ == 0ns)
      return;
    const auto since = steady_now() - ending_;
    if (since >= politeness)
      signal(SIGKILL);
    if (since >= politeness + last_patience) {
      std::lock_guard guard{leash_.mutex_};
      leash_.group_ = -1;
      reaped_ = true;
      end_.unfinished = true;
      zombies.add(pid_);
    }
  }

  void signal(int number) {
    std::lock_guard guard{leash_.mutex_};
    if (leash_.group_ > 0)
      ::kill(-leash_.group_, number);
  }

  void drain_wake() {
    std::array<char, 64> bytes;
    while (::read(leash_.wake_.read.get(), bytes.data(), bytes.size()) > 0) {
    }
  }

  bool read_output(std::uint64_t most_bytes, const std::function<void(std::string_view)>& output) {
    std::array<char, 65536> bytes;
    const auto count = ::read(out_.get(), bytes.data(), bytes.size());
    if (count > 0) {
      const auto room = most_bytes - std::min(most_bytes, taken_);
      const auto taken = std::min<std::uint64_t>(room, static_cast<std::uint64_t>(count));
      taken_ += taken;
      if (taken > 0 && end_.problem.empty()) {
        try {
          output({bytes.data(), static_cast<std::size_t>(taken)});
        } catch (const std::exception& e) {
          end_early(false, e.what());
        }
      }
      if (taken < static_cast<std::uint64_t>(count))
        end_early(true, "");
      return true;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR))
      out_.reset();
    return false;
  }

  bool read_errors() {
    std::array<char, 4096> bytes;
    const auto count = ::read(err_.get(), bytes.data(), bytes.size());
    if (count > 0) {
      end_.words.append(bytes.data(), static_cast<std::size_t>(count));
      if (end_.words.size() > longest_words)
        end_.words.erase(0, end_.words.size() - longest_words);
      return true;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR))
      err_.reset();
    return false;
  }

  bool look_at_child() {
    siginfo_t what{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &what, WEXITED | WNOHANG | WNOWAIT) != 0
        || what.si_pid == 0)
      return false;
    std::lock_guard guard{leash_.mutex_};
    // Not yet reaped, it still keeps its group's number from being another's: whoever it started goes too.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    rusage used{};
    (void)::wait4(pid_, &status, 0, &used);
    leash_.group_ = -1;
    reaped_ = true;
    end_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    end_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const auto span = [](const timeval& x) {
      return std::chrono::seconds{x.tv_sec} + std::chrono::microseconds{x.tv_usec};
    };
    end_.cpu = span(used.ru_utime) + span(used.ru_stime);
    return true;
  }

  cancellation& leash_;
  tool_end& end_;
  pid_t pid_ = -1;
  owned_descriptor out_, err_;
  std::uint64_t taken_ = 0;
  std::chrono::nanoseconds ending_{};
  bool reaped_ = false;
};

tool_end run_tool(const std::vector<std::string>& command, std::uint64_t most_bytes,
                  std::chrono::nanoseconds longest, cancellation& leash,
                  const std::function<void(std::string_view)>& output,
                  const std::function<std::uint64_t()>& grown) {
  tool_end result;
  tool_run run{leash, result};
  try {
    run.start(command, most_bytes, longest);
  } catch (const std::exception& e) {
    result.problem = e.what();
    return result;
  }
  if (result.started)
    run.watch(most_bytes, output, grown);
  return result;
}

std::string find_program(const std::string& name) {
  const char* given = std::getenv("PATH");
  const std::string folders = std::string{"/usr/bin:/bin:/usr/sbin:/sbin:"} + (given ? given : "");
  for (std::size_t begin = 0; begin < folders.size();) {
    const auto end = std::min(folders.find(':', begin), folders.size());
    const auto folder = folders.substr(begin, end - begin);
    begin = end + 1;
    if (folder.empty() || folder[0] != '/') // never what happens to lie in the working directory
      continue;
    const auto path = folder + '/' + name;
    if (::access(path.c_str(), X_OK) == 0)
      return path;
  }
  return {};
}

} // namespace pmactor
