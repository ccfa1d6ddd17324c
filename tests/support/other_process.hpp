// A child process that runs a function of the test and then waits to be ended.
#pragma once

#include <csignal>
#include <functional>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace pmactor {

class other_process {
public:
  /// Returns when *work* is done. The child must not touch the test's objects afterwards.
  /// @throws std::runtime_error if the work failed, by throwing or by returning false.
  explicit other_process(const std::function<bool()>& work = [] { return true; }) {
    int done[2];
    if (::pipe(done) != 0)
      throw std::runtime_error("cannot make a pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      char fine = 0;
      try {
        fine = work() ? 1 : 0;
      } catch (...) {
      }
      if (::write(done[1], &fine, 1) != 1 || fine == 0)
        ::_exit(1);
      for (;;)
        ::pause();
    }
    ::close(done[1]);
    char fine = 0;
    const auto n = ::read(done[0], &fine, 1);
    ::close(done[0]);
    if (n != 1 || fine == 0) {
      kill();
      throw std::runtime_error("the other process could not do its work");
    }
  }
  ~other_process() {
    kill();
  }
  other_process(const other_process&) = delete;
  other_process& operator=(const other_process&) = delete;

  pid_t pid() const {
    return pid_;
  }

  /// Ends it, as a crash would.
  void kill() {
    if (pid_ <= 0)
      return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

private:
  pid_t pid_ = 0;
};

} // namespace pmactor
