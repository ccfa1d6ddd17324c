#include "actors/host/abandoned_children.hpp"

#include <sys/wait.h>

namespace pmactor {

void abandoned_children::add(pid_t pid) {
  const std::lock_guard guard{mutex_};
  pids_.push_back(pid);
}

void abandoned_children::reap() {
  const std::lock_guard guard{mutex_};
  std::erase_if(pids_, [](pid_t pid) {
    int status = 0;
    return ::waitpid(pid, &status, WNOHANG) != 0;
  });
}

abandoned_children& abandoned_children::all() {
  // Never destroyed: a thread that is left to itself may come here while the process ends.
  static auto* const result = new abandoned_children;
  return *result;
}

} // namespace pmactor
