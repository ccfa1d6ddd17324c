#include "actors/clock_sampler/count_continues.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <pthread.h>

namespace pmactor {
namespace {

std::atomic<std::uint64_t> continues{0};
std::atomic<std::int64_t> continued_by{0};
std::atomic<std::int64_t> continued_by_user{0};
std::atomic<bool> watching{false};

bool is_from_process(const siginfo_t& x) {
#ifdef __linux__
  return x.si_code == SI_USER || x.si_code == SI_QUEUE || x.si_code == SI_TKILL;
#else
  (void)x;
  return true;
#endif
}

extern "C" void on_continue(int, siginfo_t* info, void*) {
  const int keep = errno;
  const bool has_sender = info != nullptr && is_from_process(*info);
  continued_by.store(has_sender ? info->si_pid : 0, std::memory_order_relaxed);
  continued_by_user.store(has_sender ? info->si_uid : 0, std::memory_order_relaxed);
  continues.fetch_add(1, std::memory_order_release);
  errno = keep;
}

void change_mask(int how) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  ::pthread_sigmask(how, &set, nullptr);
}

} // namespace

void watch_continues() {
  change_mask(SIG_BLOCK);
  if (watching.exchange(true))
    return;
  struct sigaction action {};
  action.sa_sigaction = on_continue;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (::sigaction(SIGCONT, &action, nullptr) != 0)
    watching.store(false);
}

bool is_watching_continues() {
  return watching.load(std::memory_order_relaxed);
}

void receive_continues() {
  change_mask(SIG_UNBLOCK);
}

void read_continues(beat_counters& x) {
  if (!is_watching_continues())
    return;
  // The count first: the sender is that of this signal or of a later one.
  x.continues = continues.load(std::memory_order_acquire);
  x.continued_by = continued_by.load(std::memory_order_relaxed);
  x.continued_by_user = continued_by_user.load(std::memory_order_relaxed);
}

} // namespace pmactor
