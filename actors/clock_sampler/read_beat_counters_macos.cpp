#include "actors/clock_sampler/read_beat_counters.hpp"

#include "actors/clock_sampler/count_continues.hpp"
#include "actors/host/read_clock.hpp"

#include <algorithm>
#include <ctime>
#include <libproc.h>
#include <mach/mach.h>
#include <mach/mach_time.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

nanoseconds from(const time_value_t& x) {
  return std::chrono::seconds{x.seconds} + std::chrono::microseconds{x.microseconds};
}

} // namespace

struct beat_counter_reader::files {
  thread_act_t own = ::mach_thread_self();
  mach_port_t host = ::mach_host_self();
  nanoseconds tick = std::chrono::milliseconds{10};
  mach_timebase_info_data_t base{1, 1};
  files() {
    ::mach_timebase_info(&base);
  }
  ~files() {
    ::mach_port_deallocate(mach_task_self(), own);
    ::mach_port_deallocate(mach_task_self(), host);
  }
};

beat_counter_reader::beat_counter_reader() : files_{std::make_unique<files>()} {
}

beat_counter_reader::~beat_counter_reader() = default;

void beat_counter_reader::read_quick(beat_counters& x) {
  read_continues(x);
  // The time in which a thread was ready to run holds that in which it ran. In ticks, all three.
  rusage_info_v4 usage{};
  if (::proc_pid_rusage(::getpid(), RUSAGE_INFO_V4, reinterpret_cast<rusage_info_t*>(&usage)) == 0) {
    const auto ran = usage.ri_user_time + usage.ri_system_time;
    const auto waited = usage.ri_runnable_time - std::min(usage.ri_runnable_time, ran);
    // Read one after the other for each thread, so that it may seem to go back by a hair.
    auto wait = nanoseconds{static_cast<std::int64_t>(static_cast<double>(waited) * files_->base.numer
                                                      / files_->base.denom)};
    x.process_wait = std::max(wait, x.process_wait.value_or(nanoseconds{}));
  }
}

bool beat_counter_reader::read_slow(beat_counters& x, bool) {
  x.slow_at = x.slow_until = read_clock(CLOCK_UPTIME_RAW);
  thread_basic_info_data_t own{};
  mach_msg_type_number_t own_size = THREAD_BASIC_INFO_COUNT;
  if (::thread_info(files_->own, THREAD_BASIC_INFO, reinterpret_cast<thread_info_t>(&own), &own_size)
      == KERN_SUCCESS)
    x.own_cpu = from(own.user_time) + from(own.system_time);
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    x.process_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  std::uint32_t level = 0;
  if (std::size_t size = sizeof level;
      ::sysctlbyname("kern.memorystatus_vm_pressure_level", &level, &size, nullptr, 0) == 0)
    x.memory_level = level;
  vm_statistics64_data_t memory{};
  mach_msg_type_number_t memory_size = HOST_VM_INFO64_COUNT;
  if (::host_statistics64(files_->host, HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&memory), &memory_size)
      == KERN_SUCCESS)
    x.swapped_in = memory.swapins;
  host_cpu_load_info_data_t load{};
  mach_msg_type_number_t size = HOST_CPU_LOAD_INFO_COUNT;
  if (::host_statistics(files_->host, HOST_CPU_LOAD_INFO, reinterpret_cast<host_info_t>(&load), &size)
      != KERN_SUCCESS)
    return true;
  // The ticks are too coarse, and their number per CPU is unknown: good for no more than a hint, which
  // is why `cpus` stays 0 and nothing is booked as stolen.
  std::uint64_t ticks = 0;
  for (const auto state : load.cpu_ticks)
    ticks += state;
  x.machine_total = ticks * files_->tick;
  return true;
}

std::optional<std::string> beat_counter_reader::follow_groups() {
  return std::nullopt; // there are none
}

std::vector<std::string> beat_counter_reader::absent() const {
  return {"run-queue waiting of single threads", "time stolen by a hypervisor", "pressure of the machine",
          "lockups of the kernel", "freezes and quotas of a control group"};
}

std::vector<std::pair<const void*, std::size_t>> beat_counter_reader::memory() const {
  return {{files_.get(), sizeof(files)}};
}

} // namespace pmactor
