#include "actors/host/ask_size.hpp"

#include "actors/host/abandoned_children.hpp"
#include "actors/host/child_setup.hpp"
#include "actors/host/name_thread.hpp"
#include "actors/host/owned_pipe.hpp"

#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 50ms; ///< Between two looks at whether it is over.
/// Of a process whose daemon was killed, where a signal can end it.
constexpr unsigned longest_life_s = 10;

std::chrono::nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// What comes through the pipe; shorter than what a pipe writes at once.
struct reply {
  int error = 0;
  file_system_size size;
};

/// Safe after a fork.
reply ask(const char* where) {
  struct statvfs facts {};
  if (::statvfs(where, &facts) != 0)
    return {errno, {}};
  const auto block = static_cast<std::uint64_t>(facts.f_frsize);
  return {0, {facts.f_blocks * block, facts.f_bfree * block, facts.f_bavail * block, facts.f_files, facts.f_ffree}};
}

std::string in_words(int error) {
  return std::generic_category().message(error);
}

size_answer answer_of(const reply& x) {
  return x.error == 0 ? size_answer{x.size, {}, false} : size_answer{std::nullopt, in_words(x.error), false};
}

size_answer silence(std::string how) {
  return {std::nullopt, std::move(how), true};
}

// ---- in the child: only what is safe after a fork of a program with threads

[[noreturn]] void answer(const char* where, int pipe, int lock) {
  // Of our descriptors, which hold locks and pipes open, it keeps these two alone.
  pipe = ::fcntl(pipe, F_DUPFD, 3);
  lock = lock < 0 ? lock : ::fcntl(lock, F_DUPFD, 3);
  ::dup2(pipe, 0);
  if (lock >= 0)
    ::dup2(lock, 1);
  close_descriptors(lock < 0 ? 1 : 2, INT_MAX);
  for (int number = 1; number < NSIG; ++number)
    (void)::signal(number, SIG_DFL);
  become_ordinary();
  name_thread("pm-size");
  ::alarm(longest_life_s);
  sigset_t none;
  sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
  const auto said = ask(where);
  (void)!::write(0, &said, sizeof said);
  ::_exit(0);
}

// ---- in the daemon

/// The process that asks.
class asker {
public:
  /// @throws std::system_error if there is none to be had.
  asker(const char* where, int pipe, int lock) : pid_{::fork()} {
    if (pid_ < 0)
      throw std::system_error{errno, std::generic_category(), "a file system could not be asked"};
    if (pid_ == 0)
      answer(where, pipe, lock);
  }
  ~asker() {
    // One that cannot be ended keeps the lock, and neither us nor our end.
    ::kill(pid_, SIGKILL);
    for (auto waited = 0ms; waited < patience; waited += look) {
      if (::waitpid(pid_, nullptr, WNOHANG) != 0)
        return;
      (void)::poll(nullptr, 0, static_cast<int>(look / 1ms));
    }
    abandoned_children::all().add(pid_);
  }
  asker(const asker&) = delete;
  asker& operator=(const asker&) = delete;

private:
  static constexpr auto patience = 200ms, look = 5ms; ///< For one that ends, as it has answered or can be ended.
  const pid_t pid_;
};

} // namespace

size_answer size_of(const char* where) {
  return answer_of(ask(where));
}

size_answer ask_size(const std::string& where, question_lock lock, std::chrono::nanoseconds patience,
                     const std::function<bool()>& is_over) {
  const auto until = steady_now() + patience;
  const auto is_enough = [&] { return steady_now() >= until || is_over(); };
  while (!lock.try_take()) {
    if (is_enough())
      return silence("It has not answered an earlier question yet.");
    (void)::poll(nullptr, 0, static_cast<int>(step / 1ms));
  }
  abandoned_children::all().reap();
  auto pipe = open_pipe();
  const asker process{where.c_str(), pipe.write.get(), lock.descriptor()};
  pipe.write.reset(); // so that the end of the process is the end of the pipe
  pollfd any{pipe.read.get(), POLLIN, 0};
  while (::poll(&any, 1, static_cast<int>(step / 1ms)) <= 0)
    if (is_enough())
      return silence("It did not answer.");
  reply said;
  if (::read(pipe.read.get(), &said, sizeof said) != sizeof said)
    return silence("It did not answer."); // the process was ended
  return answer_of(said);
}

} // namespace pmactor
