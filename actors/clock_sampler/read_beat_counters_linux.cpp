#include "actors/clock_sampler/locate_groups.hpp"
#include "actors/clock_sampler/parse_beat_counters.hpp"
#include "actors/clock_sampler/read_beat_counters.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_pressure.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

nanoseconds read_clock(clockid_t id) {
  timespec x{};
  ::clock_gettime(id, &x);
  return std::chrono::seconds{x.tv_sec} + nanoseconds{x.tv_nsec};
}

std::atomic<std::uint64_t> continues{0};
std::atomic<std::int64_t> continued_by{0};
std::atomic<std::int64_t> continued_by_user{0};
std::atomic<bool> watching{false};

extern "C" void on_continue(int, siginfo_t* info, void*) {
  const int keep = errno;
  const bool from_process = info != nullptr && (info->si_code == SI_USER || info->si_code == SI_QUEUE
                                                || info->si_code == SI_TKILL);
  continued_by.store(from_process ? info->si_pid : 0, std::memory_order_relaxed);
  continued_by_user.store(from_process ? info->si_uid : 0, std::memory_order_relaxed);
  continues.fetch_add(1, std::memory_order_release);
  errno = keep;
}

std::string whole_text(const char* path) {
  std::string room;
  return std::string{kept_file{path}.read_all(room)};
}

} // namespace

struct beat_counter_reader::files {
  static constexpr std::size_t most_levels = 4; ///< Of control groups, from our own up.

  kept_file schedule{"/proc/thread-self/schedstat"};
  kept_file machine{"/proc/stat"};
  kept_file cpu_pressure{"/proc/pressure/cpu"};
  kept_file io_pressure{"/proc/pressure/io"};
  kept_file memory_pressure{"/proc/pressure/memory"};
  std::array<kept_file, 3> stalls{kept_file{"/sys/kernel/softlockup_count"},
                                  kept_file{"/sys/kernel/hardlockup_count"},
                                  kept_file{"/sys/kernel/rcu_stall_count"}};
  kept_file group_io, group_memory, group_frozen;
  std::vector<kept_file> group_cpu;      ///< cpu.stat of each level that can have a quota.
  std::vector<kept_file> group_freezers; ///< freezer.state of each level that can be frozen (v1).
  nanoseconds tick = nanoseconds{std::chrono::seconds{1}} / std::max(1L, ::sysconf(_SC_CLK_TCK));
  std::array<char, 512> line{};
  std::array<char, 32768> text{}; ///< /proc/stat begins with a line a CPU.

  files() {
    const auto groups = locate_groups(whole_text("/proc/self/cgroup"), whole_text("/proc/self/mountinfo"));
    const auto exists = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
    // The root group is the machine: it is neither frozen nor has it a quota or a pressure of its own.
    if (!groups.unified.empty() && exists(groups.unified.front() + "/cgroup.events")) {
      const auto& own = groups.unified.front();
      group_io = kept_file{own + "/io.pressure"};
      group_memory = kept_file{own + "/memory.pressure"};
      group_frozen = kept_file{own + "/cgroup.stat.local"};
    }
    const auto keep = [&](std::vector<kept_file>& to, const std::string& path) {
      if (to.size() < most_levels && exists(path))
        to.emplace_back(path);
    };
    for (const auto& folder : groups.unified)
      if (exists(folder + "/cpu.max"))
        keep(group_cpu, folder + "/cpu.stat");
    for (const auto& folder : groups.cpu)
      if (!exists(folder + "/release_agent"))
        keep(group_cpu, folder + "/cpu.stat");
    for (const auto& folder : groups.freezer)
      keep(group_freezers, folder + "/freezer.state");
  }
};

void watch_continues() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (watching.exchange(true))
    return;
  struct sigaction action {};
  action.sa_sigaction = on_continue;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (::sigaction(SIGCONT, &action, nullptr) != 0)
    watching.store(false);
}

void receive_continues() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCONT);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

beat_counter_reader::beat_counter_reader() : files_{std::make_unique<files>()} {
}

beat_counter_reader::~beat_counter_reader() = default;

void beat_counter_reader::read_quick(beat_counters& x) {
  auto& f = *files_;
  // The count first: the sender is that of this signal or of a later one.
  if (watching.load(std::memory_order_relaxed)) {
    x.continues = continues.load(std::memory_order_acquire);
    x.continued_by = continued_by.load(std::memory_order_relaxed);
    x.continued_by_user = continued_by_user.load(std::memory_order_relaxed);
  }
  rusage usage{};
  if (::getrusage(RUSAGE_THREAD, &usage) == 0) {
    x.own_switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
    x.own_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  }
  for (const auto& freezer : f.group_freezers) {
    struct stat written {};
    if (::fstat(freezer.fd(), &written) == 0)
      x.freezer_written = std::max(x.freezer_written.value_or(nanoseconds::min()),
                                   std::chrono::seconds{written.st_mtim.tv_sec}
                                     + nanoseconds{written.st_mtim.tv_nsec});
  }
}

void beat_counter_reader::read_slow(beat_counters& x) {
  auto& f = *files_;
  x.slow_at = read_clock(CLOCK_MONOTONIC);
  const auto own = f.schedule.read(f.line);
  const auto in_ns = [&](std::size_t n) -> std::optional<nanoseconds> {
    const auto number = number_at(own, n);
    return number ? std::optional{nanoseconds{*number}} : std::nullopt;
  };
  x.own_cpu = in_ns(0);
  x.own_wait = in_ns(1);
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    x.process_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  if (const auto stat = parse_machine_stat(f.machine.read(f.text)); stat.all && stat.cpus) {
    x.cpus = *stat.cpus;
    x.machine_total = (stat.all->busy() + stat.all->unused()) * f.tick;
    x.machine_stolen = stat.all->steal * f.tick;
  }
  const auto total = [&](const kept_file& file, std::optional<pressure_line> pressure::*line) {
    const auto read = parse_pressure(file.read(f.line)).*line;
    return read ? std::optional<nanoseconds>{read->total} : std::nullopt;
  };
  x.cpu_some = total(f.cpu_pressure, &pressure::some);
  x.io_full = total(f.io_pressure, &pressure::full);
  x.memory_full = total(f.memory_pressure, &pressure::full);
  x.group_io_full = total(f.group_io, &pressure::full);
  x.group_memory_full = total(f.group_memory, &pressure::full);
  x.kernel_stalls.reset();
  for (const auto& file : f.stalls)
    if (const auto count = number_at(file.read(f.line), 0))
      x.kernel_stalls = x.kernel_stalls.value_or(0) + *count;
  if (const auto us = number_of(f.group_frozen.read(f.line), "frozen_usec"))
    x.frozen = std::chrono::microseconds{*us};
  x.throttles.reset();
  x.throttled.reset();
  for (const auto& file : f.group_cpu) {
    const auto text = file.read(f.line);
    const auto times = number_of(text, "nr_throttled");
    const auto us = number_of(text, "throttled_usec"); // v2
    const auto ns = number_of(text, "throttled_time"); // v1
    if (!times || (!us && !ns))
      continue;
    x.throttles = x.throttles.value_or(0) + *times;
    x.throttled = x.throttled.value_or(nanoseconds{}) + (us ? nanoseconds{*us * 1000} : nanoseconds{*ns});
  }
}

std::vector<std::string> beat_counter_reader::absent() const {
  const auto& f = *files_;
  std::vector<std::string> result;
  const auto note = [&](bool present, const char* what) {
    if (!present)
      result.emplace_back(what);
  };
  note(f.schedule.is_open(), "run-queue waiting (/proc/thread-self/schedstat)");
  note(f.machine.is_open(), "time stolen by a hypervisor (/proc/stat)");
  note(f.io_pressure.is_open(), "pressure of the machine (/proc/pressure)");
  note(f.stalls[0].is_open(), "lockups of the kernel (/sys/kernel/softlockup_count)");
  note(f.group_io.is_open(), "pressure of our own control group (io.pressure)");
  note(f.group_frozen.is_open() || !f.group_freezers.empty(),
       "freezes of our own control group (cgroup.stat.local)");
  note(!f.group_cpu.empty(), "a CPU quota of our own control group (cpu.stat)");
  note(watching.load(), "signals that continue us (SIGCONT)");
  return result;
}

std::pair<const void*, std::size_t> beat_counter_reader::memory() const {
  return {files_.get(), sizeof(files)};
}

} // namespace pmactor
