#include "app/witness/run_queue_clock.hpp"

#include <cstdint>
#include <libproc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pmactor {

struct run_queue_clock::source {};

run_queue_clock::run_queue_clock() = default;
run_queue_clock::~run_queue_clock() = default;

std::optional<std::chrono::nanoseconds> run_queue_clock::read() const {
  return run_queue_wait_of(::getpid());
}

std::optional<std::chrono::nanoseconds> run_queue_wait_of(std::int64_t process) {
  rusage_info_v4 usage{};
  if (::proc_pid_rusage(static_cast<pid_t>(process), RUSAGE_INFO_V4, reinterpret_cast<rusage_info_t*>(&usage)) != 0)
    return std::nullopt;
  return std::chrono::nanoseconds{static_cast<std::int64_t>(usage.ri_runnable_time)};
}

} // namespace pmactor
