#include "actors/notifier/run_command.hpp"

#include "actors/notifier/clean_text.hpp"
#include "actors/host/left_behind.hpp"
#include "actors/host/owned_pipe.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::size_t longest_input = 32768; ///< Fits into a pipe, so that writing it never waits.
constexpr std::size_t kept_output = 2000;
constexpr std::size_t longest_words = 160;
/// Of its output. Who says more is left to wait for its end.
constexpr std::size_t most_output = std::size_t{1} << 20;

left_behind orphans;

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const auto& x : words)
    result.push_back(const_cast<char*>(x.c_str()));
  result.push_back(nullptr);
  return result;
}

/// Calls setgroups(), which takes another kind of number on each platform.
template <class Count>
int call_with_groups(int (*set)(Count, const gid_t*), const std::vector<gid_t>& groups) {
  return set(static_cast<Count>(groups.size()), groups.data());
}

/// In the child, of a process with threads: only what is safe in a signal handler.
[[noreturn]] void become(char* const* arguments, char* const* environment, int in, int out, int told,
                         const other_user* as, const sigset_t& none) {
  const auto fail = [told] {
    const int problem = errno;
    (void)!::write(told, &problem, sizeof problem);
    ::_exit(127);
  };
  (void)::setpgid(0, 0);
  for (int number = 1; number < NSIG; ++number)
    (void)::signal(number, SIG_DFL);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0)
    fail();
  if (as != nullptr
      && (call_with_groups(::setgroups, as->groups) != 0
          || ::setgid(as->group) != 0 || ::setuid(as->user) != 0))
    fail();
  if (::chdir("/") != 0)
    fail();
  ::execve(arguments[0], arguments, environment);
  fail();
  ::_exit(127);
}

/// A child that runs.
class running {
public:
  explicit running(pid_t pid) : pid_(pid) {
  }

  void signal_group(int number) const {
    (void)::kill(-pid_, number);
  }

  /// @returns how it ended, once it has; then whoever is left of its group is ended too, and it is reaped.
  std::optional<siginfo_t> look() {
    siginfo_t what{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &what, WEXITED | WNOHANG | WNOWAIT) != 0
        || what.si_pid == 0)
      return std::nullopt;
    // Not yet reaped, it still keeps its group's number from being another's.
    signal_group(SIGKILL);
    int status = 0;
    (void)::waitpid(pid_, &status, 0);
    return what;
  }

  void leave() const {
    orphans.add(pid_);
  }

private:
  pid_t pid_;
};

/// Keeps the end of what a child says.
class listener {
public:
  explicit listener(owned_descriptor out) : out_(std::move(out)) {
    (void)::fcntl(out_.get(), F_SETFL, O_NONBLOCK);
  }

  void wait(std::chrono::milliseconds patience) {
    pollfd watched{taken_ < most_output ? out_.get() : -1, POLLIN, 0};
    (void)::poll(&watched, 1, static_cast<int>(patience.count()));
    if (watched.revents != 0)
      read();
  }

  void read() {
    std::array<char, 16384> bytes;
    for (int i = 0; i < 8 && out_.get() >= 0 && taken_ < most_output; ++i) {
      const auto count = ::read(out_.get(), bytes.data(), bytes.size());
      if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
          out_.reset();
        return;
      }
      taken_ += static_cast<std::size_t>(count);
      said_.append(bytes.data(), static_cast<std::size_t>(count));
      if (said_.size() > kept_output)
        said_.erase(0, said_.size() - kept_output);
    }
  }

  /// @returns the last line with anything on it.
  std::string last_words() const {
    std::string_view rest = said_;
    while (!rest.empty()) {
      const auto begin = rest.rfind('\n');
      auto line = clean_text(begin == rest.npos ? rest : rest.substr(begin + 1), longest_words);
      if (!line.empty())
        return line;
      rest = begin == rest.npos ? std::string_view{} : rest.substr(0, begin);
    }
    return {};
  }

private:
  owned_descriptor out_;
  std::size_t taken_ = 0;
  std::string said_;
};

} // namespace

command_outcome run_command(const command_order& order, const std::atomic<bool>& give_up) {
  using how = command_outcome::how;
  orphans.reap();
  const auto began = clock::now();
  command_outcome result;
  const auto not_started = [&](int problem) {
    result.ended = how::not_started;
    result.number = problem;
    result.took = clock::now() - began;
    return result;
  };
  if (order.command.empty())
    return not_started(EINVAL);
  owned_pipe in, out, told;
  try {
    for (auto* pipe : {&in, &out, &told})
      *pipe = open_pipe();
  } catch (const std::system_error& e) {
    return not_started(e.code().value());
  }
  (void)::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
  const auto arguments = pointers(order.command);
  const auto environment = pointers(order.environment);
  sigset_t none;
  sigemptyset(&none);
  const auto pid = ::fork();
  if (pid < 0)
    return not_started(errno);
  if (pid == 0)
    become(arguments.data(), environment.data(), in.read.get(), out.write.get(), told.write.get(),
           order.as ? &*order.as : nullptr, none);
  (void)::setpgid(pid, pid); // as the child does: whichever of us comes first
  in.read.reset();
  out.write.reset();
  told.write.reset();
  // Its end shows that the program runs; on a disk that does not answer that may take for ever.
  int problem = 0;
  pollfd start{told.read.get(), POLLIN, 0};
  (void)::poll(&start, 1, static_cast<int>(order.limit / 1ms));
  if (start.revents != 0 && ::read(told.read.get(), &problem, sizeof problem) == sizeof problem) {
    int status = 0;
    (void)::waitpid(pid, &status, 0);
    return not_started(problem);
  }
  // Who does not read it gets a broken pipe's worth, and that is ignored by this process.
  (void)!::write(in.write.get(), order.input.data(), std::min(order.input.size(), longest_input));
  in.write.reset();

  running child{pid};
  listener output{std::move(out.read)};
  std::optional<clock::time_point> asked;
  bool forced = false;
  for (auto patience = 2ms;; patience = std::min(2 * patience, 20ms)) {
    if (const auto end = child.look()) {
      output.read();
      result.ended = forced && give_up        ? how::given_up
                     : asked                  ? how::timed_out
                     : end->si_code == CLD_EXITED ? how::ended
                                              : how::killed;
      result.number = end->si_status;
      break;
    }
    const auto now = clock::now();
    if (!asked && now - began >= order.limit) {
      asked = now;
      child.signal_group(SIGTERM);
      child.signal_group(SIGCONT); // a stopped process hears no other signal before this one
    }
    if (!forced && (give_up || (asked && now - *asked >= order.grace))) {
      forced = true;
      asked = asked.value_or(now);
      child.signal_group(SIGKILL);
    }
    if (forced && now - *asked >= order.grace + 1s) {
      child.leave();
      result.ended = give_up ? how::given_up : how::timed_out;
      break;
    }
    output.wait(patience);
  }
  result.last_words = output.last_words();
  result.took = clock::now() - began;
  return result;
}

std::string to_string(const command_outcome& x) {
  using how = command_outcome::how;
  const auto words = x.last_words.empty() ? "" : ": " + x.last_words;
  switch (x.ended) {
    case how::ended:
      return "ended with exit code " + std::to_string(x.number) + words;
    case how::killed:
      return "was ended by signal " + std::to_string(x.number) + words;
    case how::timed_out:
      return "took too long and was ended after " + to_words(x.took) + words;
    case how::not_started:
      return "could not be started: " + std::string{std::strerror(x.number)};
    case how::given_up:
      return "was ended with the daemon";
  }
  return {};
}

std::string find_program(const std::string& name, const std::string& path) {
  const auto is_program = [](const std::string& file) { return ::access(file.c_str(), X_OK) == 0; };
  if (name.find('/') != name.npos)
    return is_program(name) ? name : "";
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const auto end = std::min(path.find(':', begin), path.size());
    // A relative folder is whatever lies where the daemon stands: not looked into.
    if (end > begin && path[begin] == '/')
      if (auto file = path.substr(begin, end - begin) + '/' + name; is_program(file))
        return file;
    begin = end + 1;
  }
  return {};
}

} // namespace pmactor
