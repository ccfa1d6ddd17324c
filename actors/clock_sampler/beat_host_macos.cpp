#include "actors/clock_sampler/beat_host.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <dispatch/dispatch.h>
#include <pthread.h>
#include <pthread/qos.h>
#include <sys/mman.h>

namespace pmactor {

struct wake_flag::host {
  dispatch_semaphore_t semaphore = ::dispatch_semaphore_create(0);
  ~host() {
    ::dispatch_release(semaphore);
  }
};

wake_flag::wake_flag() : host_{std::make_unique<host>()} {
}

wake_flag::~wake_flag() = default;

void wake_flag::raise() {
  ::dispatch_semaphore_signal(host_->semaphore);
}

bool wake_flag::wait_until(std::chrono::nanoseconds deadline) {
  // dispatch counts from now on, on the clock that stops in a sleep, as CLOCK_UPTIME_RAW does.
  const auto now = static_cast<std::int64_t>(::clock_gettime_nsec_np(CLOCK_UPTIME_RAW));
  const auto left = deadline.count() - now;
  return ::dispatch_semaphore_wait(host_->semaphore,
                                   ::dispatch_time(DISPATCH_TIME_NOW, left > 0 ? left : 0))
         == 0;
}

void wake_flag::wait() {
  ::dispatch_semaphore_wait(host_->semaphore, DISPATCH_TIME_FOREVER);
  while (::dispatch_semaphore_wait(host_->semaphore, DISPATCH_TIME_NOW) == 0) {
  }
}

std::vector<std::string> prepare_witness(
  const std::vector<std::pair<const void*, std::size_t>>& memory) {
  std::vector<std::string> refused;
  // Decides CPU, I/O and how far timers are coalesced; needs no rights.
  if (const int problem = ::pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0); problem != 0)
    refused.push_back(std::string{"a raised quality of service for the beat ("}
                      + std::strerror(problem) + ")");
  for (const auto& [begin, size] : memory)
    if (::mlock(begin, size) != 0) {
      refused.push_back(std::string{"the beat's memory locked in RAM ("} + std::strerror(errno) + ")");
      break;
    }
  return refused;
}

} // namespace pmactor
