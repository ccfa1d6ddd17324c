#include "actors/host/process_facts.hpp"

#include "actors/host/read_clock.hpp"

#include <array>
#include <libproc.h>
#include <limits>
#include <mach/mach_time.h>
#include <mach/thread_info.h>
#include <pthread.h>
#include <stdexcept>
#include <sys/proc.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <unistd.h>

#ifndef PROC_PIDLISTTHREADIDS
#define PROC_PIDLISTTHREADIDS 28 // in every kernel since 10.15, but not in every SDK's headers
#endif

namespace pmactor {
namespace {

template <class Info>
bool ask(std::int64_t pid, int flavor, std::uint64_t argument, Info& answer) {
  const int size = static_cast<int>(sizeof answer);
  if (pid > std::numeric_limits<int>::max())
    return false;
  return ::proc_pidinfo(static_cast<int>(pid), flavor, argument, &answer, size) == size;
}

/// @returns what the kernel says of the process; also of another user's, and of a zombie.
std::optional<proc_bsdinfo> bsd_info(std::int64_t pid) {
  struct proc_bsdinfo info {};
  // With 1 as its argument it also finds zombies.
  return ask(pid, PROC_PIDTBSDINFO, 1, info) ? std::optional{info} : std::nullopt;
}

std::uint64_t start_of(const proc_bsdinfo& info) {
  return info.pbi_start_tvsec * 1'000'000 + info.pbi_start_tvusec;
}

char thread_state(int run_state) {
  switch (run_state) {
    case TH_STATE_RUNNING:
      return 'R';
    case TH_STATE_STOPPED:
      return 'T';
    case TH_STATE_WAITING:
      return 'S';
    case TH_STATE_UNINTERRUPTIBLE:
      return 'D';
  }
  return '?';
}

/// The kernel does not say where a thread waits.
std::vector<thread_facts> threads_of(std::int64_t pid) {
  std::array<std::uint64_t, 64> ids{};
  const int bytes = ::proc_pidinfo(static_cast<int>(pid), PROC_PIDLISTTHREADIDS, 0, ids.data(),
                                   static_cast<int>(sizeof ids));
  std::vector<thread_facts> result;
  const auto count = bytes > 0 ? static_cast<std::size_t>(bytes) / sizeof ids[0] : 0;
  for (std::size_t i = 0; i < count && i < ids.size(); ++i) {
    struct proc_threadinfo info {};
    if (ask(pid, PROC_PIDTHREADID64INFO, ids[i], info))
      result.push_back({static_cast<std::int64_t>(ids[i]), thread_state(info.pth_run_state), {}});
  }
  return result;
}

/// Every process that lives is SRUN; the states of its threads say more.
char process_state(const proc_bsdinfo& info, const std::vector<thread_facts>& threads) {
  if (info.pbi_status == SZOMB)
    return 'Z';
  if (info.pbi_status == SSTOP)
    return (info.pbi_flags & PROC_FLAG_TRACED) != 0 ? 't' : 'T';
  char result = 'S';
  for (const auto& thread : threads)
    if (thread.state == 'R' || (thread.state == 'D' && result == 'S'))
      result = thread.state;
  return result;
}

} // namespace

std::optional<process_facts> facts_of(std::int64_t pid) {
  if (pid < 1)
    return std::nullopt;
  const auto info = bsd_info(pid);
  if (!info)
    return std::nullopt;
  process_facts result;
  result.start = start_of(*info);
  result.threads = threads_of(pid);
  result.state = process_state(*info, result.threads);
  struct proc_taskinfo task {};
  if (ask(pid, PROC_PIDTASKINFO, 0, task)) {
    // In ticks of mach_absolute_time on Apple Silicon, which only its own time base turns into
    // time.
    mach_timebase_info_data_t base{};
    ::mach_timebase_info(&base);
    const auto ticks = static_cast<double>(task.pti_total_user + task.pti_total_system);
    result.cpu =
      std::chrono::nanoseconds{static_cast<std::int64_t>(ticks * base.numer / base.denom)};
  }
  struct rusage_info_v0 usage {};
  if (::proc_pid_rusage(static_cast<int>(pid), RUSAGE_INFO_V0,
                        reinterpret_cast<rusage_info_t*>(&usage))
      == 0)
    result.memory = static_cast<double>(usage.ri_phys_footprint);
  return result;
}

process_identity own_identity() {
  const auto info = bsd_info(::getpid());
  if (!info)
    throw std::runtime_error("Cannot ask the kernel when this process was started.");
  return {::getpid(), start_of(*info), current_boot_id()};
}

std::optional<process_identity> identity_of(std::int64_t pid) {
  if (pid < 1)
    return std::nullopt;
  const auto info = bsd_info(pid);
  if (!info || info->pbi_status == SZOMB)
    return std::nullopt;
  return process_identity{pid, start_of(*info), current_boot_id()};
}

std::string current_boot_id() {
  std::array<char, 64> text{};
  std::size_t size = text.size() - 1;
  if (::sysctlbyname("kern.bootsessionuuid", text.data(), &size, nullptr, 0) == 0)
    return std::string{text.data()};
  return {};
}

std::int64_t own_thread_id() {
  thread_local const std::int64_t id = [] {
    std::uint64_t result = 0;
    ::pthread_threadid_np(nullptr, &result);
    return static_cast<std::int64_t>(result);
  }();
  return id;
}

clock_sample read_clocks() {
  // CLOCK_MONOTONIC_RAW, which is libc++'s steady_clock, counts sleep on macOS; CLOCK_UPTIME_RAW
  // does not.
  return {read_clock(CLOCK_UPTIME_RAW), read_clock(CLOCK_MONOTONIC_RAW),
          read_clock(CLOCK_REALTIME)};
}

} // namespace pmactor
