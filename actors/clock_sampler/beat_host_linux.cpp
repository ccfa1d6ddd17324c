#include "actors/clock_sampler/beat_host.hpp"

#include "actors/host/fixed_parts_linux.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

struct wake_flag::host {
  sem_t semaphore{};
};

wake_flag::wake_flag() : host_{std::make_unique<host>()} {
  if (::sem_init(&host_->semaphore, 0, 0) != 0)
    throw std::system_error{errno, std::generic_category(), "sem_init"};
}

wake_flag::~wake_flag() {
  ::sem_destroy(&host_->semaphore);
}

void wake_flag::raise() {
  ::sem_post(&host_->semaphore);
}

bool wake_flag::wait_until(std::chrono::nanoseconds deadline) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(deadline);
  const timespec until{seconds.count(), (deadline - seconds).count()};
  while (::sem_clockwait(&host_->semaphore, CLOCK_MONOTONIC, &until) != 0)
    if (errno != EINTR) // a signal is no reason to beat early
      return false;
  return true;
}

void wake_flag::wait() {
  while (::sem_wait(&host_->semaphore) != 0) {
  }
  while (::sem_trywait(&host_->semaphore) == 0) {
  }
}

namespace {

constexpr int raised = -10; // niceness

bool lock_range(std::uintptr_t begin, std::uintptr_t end) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  begin -= begin % page;
  end += (page - end % page) % page;
  // On fault: only what is touched is kept, so that locking costs no memory.
  return ::mlock2(reinterpret_cast<const void*>(begin), end - begin, MLOCK_ONFAULT) == 0;
}

bool lock_own_stack() {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0)
    return false;
  void* base = nullptr;
  std::size_t size = 0;
  const bool known = ::pthread_attr_getstack(&attributes, &base, &size) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!known)
    return false;
  // It grows down; the beat never goes deep.
  const auto top = reinterpret_cast<std::uintptr_t>(base) + size;
  return lock_range(top - std::min<std::size_t>(size, 256 * 1024), top);
}

/// Locks what is only read of the program and of all its libraries: with little memory the kernel drops such pages first,
/// and each that the pool of actors needs next is read again from a disk that all others read from as well.
bool lock_code() {
  bool fine = true;
  for (const auto& part : fixed_parts())
    fine = lock_range(part.begin, part.end) && fine;
  return fine;
}

} // namespace

std::vector<std::string> prepare_witness(
  const std::vector<std::pair<const void*, std::size_t>>& memory) {
  std::vector<std::string> refused;
  const auto ask = [&](bool granted, const char* what) {
    if (!granted)
      refused.push_back(std::string{what} + " (" + std::strerror(errno) + ")");
  };
  ask(::prctl(PR_SET_TIMERSLACK, 1) == 0, "exact timers");
  const auto self = static_cast<id_t>(::syscall(SYS_gettid));
  ask(::setpriority(PRIO_PROCESS, self, raised) == 0, "a raised priority for the beat");
  bool locked = lock_own_stack();
  for (const auto& [begin, size] : memory) {
    const auto at = reinterpret_cast<std::uintptr_t>(begin);
    locked = locked && lock_range(at, at + size);
  }
  locked = lock_code() && locked;
  ask(locked, "the program and the beat's memory locked in RAM");
  return refused;
}

} // namespace pmactor
