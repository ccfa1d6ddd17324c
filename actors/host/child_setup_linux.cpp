#include "actors/host/child_setup.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pmactor {
namespace {

// Linux keeps the priorities for each thread.
void set_disk_priority(int kind, int level) {
  constexpr int one_thread = 1;
  (void)::syscall(SYS_ioprio_set, one_thread, 0, kind << 13 | level);
}

} // namespace

void close_descriptors(int first, int last) {
#ifdef SYS_close_range
  if (::syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0) == 0)
    return;
#endif
  // A kernel before 5.9. A higher limit than this is some container's idea of none.
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536)) - 1;
  for (int fd = first; fd <= std::min(last, most); ++fd)
    ::close(fd);
}

void become_ordinary() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_OTHER, &none);
  (void)::setpriority(PRIO_PROCESS, 0, 0);
  set_disk_priority(0, 0); // by the priority of the CPU
  // Not to be killed last, as the daemon may be: a child that eats the memory is the culprit.
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    (void)!::write(score, "0", 1);
    ::close(score);
  }
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

void lower_process_priority() {
  lower_priority(); // exec() keeps the calling thread's
}

bool end_with_parent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == parent;
}

void raise_priority() {
  // As the beat: nine shares. Beside thirty others that want the same CPU less is a tenth of it, and what takes 50 ms of
  // work there takes half a second. It is what the limit of the service's unit allows.
  constexpr int niceness = -10;
  errno = 0;
  if (const int now = ::getpriority(PRIO_PROCESS, 0); errno == 0 && now > niceness)
    (void)::setpriority(PRIO_PROCESS, 0, niceness);
}

void restore_priority() {
  errno = 0;
  if (const int now = ::getpriority(PRIO_PROCESS, 0); errno == 0 && now < 0)
    (void)::setpriority(PRIO_PROCESS, 0, 0);
}

raised_priority::raised_priority() : before_{::getpriority(PRIO_PROCESS, 0)} {
  raise_priority();
}

raised_priority::~raised_priority() {
  (void)::setpriority(PRIO_PROCESS, 0, before_);
}

void lower_priority() {
  // A third of a share: where many compete, less would take half a minute. SCHED_BATCH never interrupts
  // another program when it wakes up.
  constexpr int niceness = 5;
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_BATCH, &none);
  errno = 0;
  if (const int now = ::getpriority(PRIO_PROCESS, 0); errno == 0 && now < niceness)
    (void)::setpriority(PRIO_PROCESS, 0, niceness);
  // The lowest place among those that get their turn: in the class for the idle each read may wait for ten
  // seconds on a busy disk, and the evidence of why it was busy would never be written.
  constexpr int best_effort = 2, lowest = 7;
  set_disk_priority(best_effort, lowest);
}

owned_descriptor watch_end(pid_t child) {
#ifdef SYS_pidfd_open
  return owned_descriptor{static_cast<int>(::syscall(SYS_pidfd_open, child, 0))};
#else
  return owned_descriptor{};
#endif
}

} // namespace pmactor
