#include "actors/forensics_supervisor/lower_priority.hpp"

#include <csignal>
#include <ctime>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pmactor {

void lower_priority() {
  constexpr int niceness = 5; // a third of a share: where many compete, less would take half a minute
  // Linux keeps both for each thread. The lowest place among those that get their turn: in the class for
  // the idle, a busy disk would never write the evidence of why it was busy.
  constexpr int one_thread = 1, best_effort = 2, lowest = 7;
  const auto id = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, id, niceness);
  (void)::syscall(SYS_ioprio_set, one_thread, 0, best_effort << 13 | lowest);
}

void stay_modest() {
  // It takes over both.
}

bool end_with_parent(long parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == static_cast<pid_t>(parent);
}

long long own_thread_cpu() {
  timespec x{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &x);
  return x.tv_sec * 1'000'000'000ll + x.tv_nsec;
}

} // namespace pmactor
