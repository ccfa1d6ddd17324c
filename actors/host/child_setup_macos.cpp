#include "actors/host/child_setup.hpp"

#include <algorithm>
#include <ctime>
#include <pthread/qos.h>
#include <sys/event.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pmactor {

void close_descriptors(int first, int last) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536)) - 1;
  for (int fd = first; fd <= std::min(last, most); ++fd)
    ::close(fd);
}

void become_ordinary() {
  (void)::setpriority(PRIO_PROCESS, 0, 0);
}

void lower_process_priority() {
  // Not the background class, in which a busy Mac would not see spindump through in time.
  constexpr int niceness = 5;
  (void)::setpriority(PRIO_PROCESS, 0, niceness);
  (void)::setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS, IOPOL_UTILITY);
}

bool end_with_parent(pid_t parent) {
  return ::getppid() == parent;
}

void raise_priority() {
  (void)::pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
}

void restore_priority() {
  (void)::pthread_set_qos_class_self_np(QOS_CLASS_DEFAULT, 0);
}

raised_priority::raised_priority() : before_{static_cast<int>(::qos_class_self())} {
  raise_priority();
}

raised_priority::~raised_priority() {
  (void)::pthread_set_qos_class_self_np(static_cast<qos_class_t>(before_), 0);
}

void lower_priority() {
  (void)::pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
  (void)::setiopolicy_np(IOPOL_TYPE_DISK, IOPOL_SCOPE_THREAD, IOPOL_UTILITY);
}

owned_descriptor watch_end(pid_t child) {
  owned_descriptor queue{::kqueue()};
  struct kevent change {};
  EV_SET(&change, static_cast<uintptr_t>(child), EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, nullptr);
  // One that has ended already is not found; it is seen without a wake-up.
  if (queue.get() >= 0 && ::kevent(queue.get(), &change, 1, nullptr, 0, nullptr) != 0)
    queue.reset();
  return queue;
}

} // namespace pmactor
