// The sampler for a Mac on which powermetrics may not be run: what libproc reports without any rights, which is
// all of the same user's processes (to root, of all). The machine itself is not looked at: the daemon does that.

#include "actors/host/read_clock.hpp"
#include "app/sampler/find_next_slot.hpp"
#include "app/sampler/run_sampler.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <libproc.h>
#include <mach/mach_time.h>
#include <pthread.h>
#include <pthread/qos.h>
#include <string_view>
#include <sys/proc.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// In which start times and the times of user and system are counted; the exact time is given beside them.
constexpr nanoseconds tick = std::chrono::milliseconds{10};

std::string sysctl_text(const char* name) {
  std::array<char, 128> text{};
  auto size = text.size() - 1;
  return ::sysctlbyname(name, text.data(), &size, nullptr, 0) == 0 ? std::string{text.data()} : std::string{};
}

class process_lister {
public:
  process_lister() {
    ::mach_timebase_info(&base_);
    timeval boot{};
    auto size = sizeof boot;
    // Kept: the kernel moves it when the clock is set, and processes would change their identity.
    if (::sysctlbyname("kern.boottime", &boot, &size, nullptr, 0) == 0 && boot.tv_sec > 0)
      boot_time_ = boot.tv_sec;
  }

  host_facts facts() const {
    host_facts result;
    result.hw_model = sysctl_text("hw.model");
    result.os_version = sysctl_text("kern.osversion");
    result.tick = tick;
    result.page_bytes = 1; // memory is in bytes
    return result;
  }

  void take(host_snapshot& x) {
    x.at = {read_clock(CLOCK_UPTIME_RAW), {}, read_clock(CLOCK_REALTIME)};
    x.at.total = time_since_boot(read_clock(CLOCK_MONOTONIC_RAW), x.at.wall);
    x.machine.boot_time = boot_time_;
    const int known = ::proc_listallpids(nullptr, 0);
    pids_.resize(static_cast<std::size_t>(std::max(known, 0)) + 64); // some are born meanwhile
    const int listed = ::proc_listallpids(pids_.data(), static_cast<int>(pids_.size() * sizeof pids_[0]));
    pids_.resize(static_cast<std::size_t>(std::clamp(listed, 0, static_cast<int>(pids_.size()))));
    std::sort(pids_.begin(), pids_.end());
    x.processes.clear();
    for (const auto pid : pids_)
      if (pid > 0)
        if (auto process = read(pid, x.at.total))
          x.processes.push_back(std::move(*process));
  }

private:
  /// Births are given by the wall clock, which is slewed: a clock that counts evenly would part from it by
  /// seconds in a week. So this one follows it, as slowly as it is slewed; a wall clock that is set cannot
  /// hurry it.
  nanoseconds time_since_boot(nanoseconds even, nanoseconds wall) {
    const auto wanted = wall - std::chrono::seconds{boot_time_};
    if (last_even_ == nanoseconds::zero()) {
      since_boot_ = wanted;
    } else {
      const auto passed = even - last_even_, most = passed / 1000;
      since_boot_ += passed;
      since_boot_ += std::clamp(wanted - since_boot_, -most, most);
    }
    last_even_ = even;
    return since_boot_;
  }

  std::optional<process_reading> read(pid_t pid, nanoseconds at) const {
    proc_taskallinfo info{};
    // Refused for another user's, unless to root.
    if (::proc_pidinfo(pid, PROC_PIDTASKALLINFO, 0, &info, sizeof info) != static_cast<int>(sizeof info))
      return std::nullopt;
    process_reading result;
    result.pid = pid;
    result.at = at;
    result.name = text_of(info.pbsd.pbi_name);
    if (result.name.empty())
      result.name = text_of(info.pbsd.pbi_comm);
    const auto start = static_cast<std::int64_t>(info.pbsd.pbi_start_tvsec) - boot_time_;
    const auto since = std::chrono::seconds{start}
                       + std::chrono::microseconds{static_cast<std::int64_t>(info.pbsd.pbi_start_tvusec)};
    result.started_ticks = static_cast<std::uint64_t>(std::max<nanoseconds::rep>(0, nanoseconds{since} / tick));
    result.state = info.pbsd.pbi_status == SSTOP ? 'T' : info.ptinfo.pti_numrunning > 0 ? 'R' : 'S';
    const auto user = to_time(info.ptinfo.pti_total_user), system = to_time(info.ptinfo.pti_total_system);
    result.user_ticks = static_cast<std::uint64_t>(user / tick);
    result.system_ticks = static_cast<std::uint64_t>(system / tick);
    result.run_ns = static_cast<std::uint64_t>((user + system).count());
    result.major_faults = static_cast<std::uint64_t>(std::max(0, info.ptinfo.pti_pageins));
    result.resident_pages = info.ptinfo.pti_resident_size;
    rusage_info_v2 usage{};
    if (::proc_pid_rusage(pid, RUSAGE_INFO_V2, reinterpret_cast<rusage_info_t*>(&usage)) == 0) {
      result.resident_pages = usage.ri_phys_footprint;
      result.io = process_io{usage.ri_diskio_bytesread, usage.ri_diskio_byteswritten};
    }
    return result;
  }

  /// The kernel counts in ticks of mach_absolute_time, which are nanoseconds on Intel only.
  nanoseconds to_time(std::uint64_t ticks) const {
    return nanoseconds{
      static_cast<std::int64_t>(static_cast<double>(ticks) * base_.numer / base_.denom)};
  }

  template <std::size_t Size>
  static std::string text_of(const char (&text)[Size]) {
    return {text, ::strnlen(text, Size)};
  }

  mach_timebase_info_data_t base_{1, 1};
  std::int64_t boot_time_ = 0;
  nanoseconds last_even_{}, since_boot_{};
  std::vector<pid_t> pids_;
};

/// @returns false if the reader is gone.
bool write_out(std::string_view rest) {
  while (!rest.empty()) {
    const auto count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count >= 0)
      rest.remove_prefix(static_cast<std::size_t>(count));
    else if (errno == EPIPE || errno == ECONNRESET || errno == EIO) // EIO: the terminal hung up
      return false;
    else if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "cannot write the sample to standard output");
  }
  return true;
}

/// @returns false if the parent, which all this is for, is gone.
bool wait_until(nanoseconds due, pid_t parent) {
  for (;;) {
    const auto left = due - read_clock(CLOCK_UPTIME_RAW);
    if (parent > 1 && ::getppid() != parent)
      return false;
    if (left <= nanoseconds::zero())
      return true;
    const auto step = std::min<nanoseconds>(left, std::chrono::seconds{1});
    const auto whole = std::chrono::floor<std::chrono::seconds>(step);
    const timespec wait{static_cast<time_t>(whole.count()), static_cast<long>((step - whole).count())};
    ::nanosleep(&wait, nullptr);
  }
}

} // namespace

// A signal that ends it may tear a document, as it may one of powermetrics: its readers know that.
void run_sampler(const sampler_policy& policy, const window_writer& write, std::string_view separator) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  // It is the daemon's second witness, so its timers are not to be put off.
  (void)::pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
  const auto parent = ::getppid();
  process_lister processes;
  const auto facts = processes.facts();
  host_snapshot last, now;
  sample_window window;
  std::string text;
  processes.take(last);
  auto due = last.at.awake;
  for (std::uint64_t written = 0; policy.count == 0 || written < policy.count; ++written) {
    due = find_next_slot(due, read_clock(CLOCK_UPTIME_RAW), policy.interval);
    if (!wait_until(due, parent))
      return;
    processes.take(now);
    compute_window(last, now, facts, policy.window, window);
    text.clear();
    if (written > 0)
      text += separator;
    write(window, facts, text);
    if (!write_out(text))
      return;
    std::swap(last, now);
  }
}

} // namespace pmactor
