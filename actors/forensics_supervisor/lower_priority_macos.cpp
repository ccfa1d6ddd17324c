#include "actors/forensics_supervisor/lower_priority.hpp"

#include <ctime>
#include <pthread/qos.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pmactor {

void lower_priority() {
  (void)::pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
  (void)::setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_THREAD, IOPOL_UTILITY);
}

void stay_modest() {
  // Not the background class, in which a busy Mac would not see spindump through in time.
  constexpr int niceness = 5;
  (void)::setpriority(PRIO_PROCESS, 0, niceness);
  (void)::setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS, IOPOL_UTILITY);
}

bool end_with_parent(long parent) {
  return ::getppid() == static_cast<pid_t>(parent);
}

long long own_thread_cpu() {
  return static_cast<long long>(::clock_gettime_nsec_np(CLOCK_THREAD_CPUTIME_ID));
}

} // namespace pmactor
