// Children that did not even end by force, e.g. in the middle of a disk that does not answer.
#pragma once

#include <sys/wait.h>

#include <mutex>
#include <vector>

namespace pmactor {

/// They are reaped by whoever comes by, from any thread; nobody waits for them.
class left_behind {
public:
  void add(pid_t pid) {
    std::lock_guard guard{mutex_};
    pids_.push_back(pid);
  }
  void reap() {
    std::lock_guard guard{mutex_};
    std::erase_if(pids_, [](pid_t pid) {
      int status = 0;
      return ::waitpid(pid, &status, WNOHANG) != 0;
    });
  }

private:
  std::mutex mutex_;
  std::vector<pid_t> pids_;
};

} // namespace pmactor
