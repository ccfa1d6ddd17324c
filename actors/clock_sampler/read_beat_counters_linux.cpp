#include "actors/clock_sampler/count_continues.hpp"
#include "actors/clock_sampler/find_interrupt.hpp"
#include "actors/clock_sampler/firmware_calls_linux.hpp"
#include "actors/clock_sampler/group_counters_linux.hpp"
#include "actors/clock_sampler/read_beat_counters.hpp"
#include "actors/host/find_hypervisor.hpp"
#include "actors/host/find_number.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/read_clock.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

std::optional<nanoseconds> total_of(const std::optional<pressure_line>& x) {
  return x ? std::optional<nanoseconds>{x->total} : std::nullopt;
}

} // namespace

/// A reading that takes longer was held up amid its work.
constexpr nanoseconds torn = std::chrono::milliseconds{2};

struct beat_counter_reader::files {
  kept_file schedule{"/proc/thread-self/schedstat"};
  kept_file status{"/proc/thread-self/status"};
  kept_file machine{"/proc/stat"};
  kept_file cpu_pressure{"/proc/pressure/cpu"};
  kept_file io_pressure{"/proc/pressure/io"};
  kept_file memory_pressure{"/proc/pressure/memory"};
  kept_file interrupt_pressure{"/proc/pressure/irq"};
  std::array<kept_file, 3> stalls{kept_file{"/sys/kernel/softlockup_count"},
                                  kept_file{"/sys/kernel/hardlockup_count"},
                                  kept_file{"/sys/kernel/rcu_stall_count"}};
  kept_file sleeps{"/sys/power/suspend_stats/success"};
  firmware_calls firmware;
  std::optional<hypervisor_fact> hypervisor = find_hypervisor(read_machine_signs());
  group_counters group;
  nanoseconds tick = nanoseconds{std::chrono::seconds{1}} / std::max(1L, ::sysconf(_SC_CLK_TCK));
  std::array<char, 1024> line{};
  /// Of /proc/stat, which has a line a CPU and a number an interrupt: as it was read now, and
  /// before that.
  std::array<std::vector<char>, 2> texts{};
  std::size_t now_in = 0; ///< Which of them.
  std::array<std::size_t, 2> sizes{};

  files();
  void read_waiting(beat_counters& x);
  void read_own(beat_counters& x, bool late);
  void read_machine(beat_counters& x, bool late);
  void read_interrupts(beat_counters& x);
  void read_pressure(beat_counters& x);
};

/// The numbers grow longer, and CPUs may come; nothing is allocated once the beat runs.
beat_counter_reader::files::files() {
  constexpr std::size_t page = 4096;
  std::string all;
  const auto size = machine.read_all(all).size();
  for (auto& text : texts)
    text.resize((size + size / 2) / page * page + 2 * page);
}

/// How long this thread waited is compared with how long the quota held its group up, so that one is read right
/// after the other.
void beat_counter_reader::files::read_waiting(beat_counters& x) {
  const auto began = read_clock(CLOCK_MONOTONIC);
  const auto own = parse_schedstat(schedule.read(line));
  x.own_cpu = own ? std::optional{nanoseconds{own->run_ns}} : std::nullopt;
  x.own_wait = own ? std::optional{nanoseconds{own->wait_ns}} : std::nullopt;
  group.read_quota(x);
  x.quota_lag = read_clock(CLOCK_MONOTONIC) - began;
}

void beat_counter_reader::files::read_own(beat_counters& x, bool late) {
  read_waiting(x);
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0)
    x.process_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  // After healthy beats it would only cost.
  x.traced_by =
    late ? static_cast<std::int64_t>(number_behind(status.read(line), "TracerPid:").value_or(0)) : 0;
  group.read_slow(x);
}

void beat_counter_reader::files::read_machine(beat_counters& x, bool late) {
  // Of a late beat, that CPU counts on which the thread was before.
  if (!late)
    if (const int cpu = ::sched_getcpu(); cpu >= 0)
      x.interrupts_of = static_cast<std::uint32_t>(cpu);
  x.machine_at = read_clock(CLOCK_MONOTONIC);
  now_in = 1 - now_in;
  const auto read = machine.read(texts[now_in]);
  sizes[now_in] = read.size();
  x.machine_until = read_clock(CLOCK_MONOTONIC);
  x.cpus = 0;
  x.machine_total.reset();
  x.machine_stolen.reset();
  x.interrupts.reset();
  x.accounted_of_cpu.reset();
  const auto stat = parse_machine_stat(read, [&x, this](std::uint32_t cpu, const cpu_ticks& ticks) {
    if (cpu != x.interrupts_of)
      return;
    x.interrupts = (ticks.irq + ticks.softirq) * tick;
    x.accounted_of_cpu = (ticks.busy() + ticks.unused()) * tick;
  });
  if (stat.all && stat.cpus) {
    x.cpus = *stat.cpus;
    x.machine_total = (stat.all->busy() + stat.all->unused()) * tick;
    x.machine_stolen = stat.all->steal * tick;
  }
  x.hypervisor = hypervisor;
  x.firmware_calls = firmware.read();
  x.sleeps = number_at(sleeps.read(line), 0);
  x.interrupted_by.reset();
  if (late)
    read_interrupts(x);
}

/// Names what interrupted most since the reading before.
void beat_counter_reader::files::read_interrupts(beat_counters& x) {
  const auto text_of = [this](std::size_t which) { return std::string_view{texts[which].data(), sizes[which]}; };
  const auto found = find_busiest_interrupt(text_of(1 - now_in), text_of(now_in));
  if (!found)
    return;
  auto& to = x.interrupted_by.emplace();
  to.number = found->number;
  to.count = found->count;
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/sys/kernel/irq/%u/actions", found->number);
  const owned_descriptor file{::open(path.data(), O_RDONLY | O_CLOEXEC)};
  const auto size = file.get() < 0 ? -1 : ::read(file.get(), to.name.data(), to.name.size() - 1);
  for (auto& letter : to.name) // foreign bytes, and what is behind them
    letter = &letter - to.name.data() >= size || letter == '\n' ? '\0' : letter >= ' ' && letter <= '~' ? letter : '_';
}

void beat_counter_reader::files::read_pressure(beat_counters& x) {
  x.cpu_some = total_of(parse_pressure(cpu_pressure.read(line)).some);
  const auto io = parse_pressure(io_pressure.read(line));
  x.io_some = total_of(io.some);
  x.io_full = total_of(io.full);
  const auto memory = parse_pressure(memory_pressure.read(line));
  x.memory_some = total_of(memory.some);
  x.memory_full = total_of(memory.full);
  x.interrupts_full = total_of(parse_pressure(interrupt_pressure.read(line)).full);
  x.kernel_stalls.reset();
  for (const auto& file : stalls)
    if (const auto count = number_at(file.read(line), 0))
      x.kernel_stalls = x.kernel_stalls.value_or(0) + *count;
}

beat_counter_reader::beat_counter_reader() : files_{std::make_unique<files>()} {
}

beat_counter_reader::~beat_counter_reader() = default;

void beat_counter_reader::read_quick(beat_counters& x) {
  auto& f = *files_;
  read_continues(x);
  rusage usage{};
  if (::getrusage(RUSAGE_THREAD, &usage) == 0) {
    x.own_switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
    x.own_faults = static_cast<std::uint64_t>(usage.ru_majflt);
  }
  f.group.catch_up();
  f.group.read_quick(x);
}

bool beat_counter_reader::read_slow(beat_counters& x, bool late) {
  // What measures this very thread comes first, so that hardly anything can come between the
  // wake-up and it; the machine's times lie between two readings of the clock. When the thread was
  // held up amid all this, what it read is half of before and half of after that: a healthy beat
  // then leaves it at the earlier values, a late one may have to take it, with the times that show it.
  auto& f = *files_;
  auto fresh = x;
  fresh.slow_at = read_clock(CLOCK_MONOTONIC);
  f.read_own(fresh, late);
  f.read_machine(fresh, late);
  f.read_pressure(fresh);
  fresh.slow_until = read_clock(CLOCK_MONOTONIC);
  const bool is_torn = fresh.slow_until - x.at.awake > torn;
  if (!is_torn || late)
    x = fresh;
  return !is_torn;
}

std::optional<std::string> beat_counter_reader::follow_groups() {
  return files_->group.follow();
}

std::vector<std::string> beat_counter_reader::absent() const {
  const auto& f = *files_;
  std::vector<std::string> result;
  const auto note = [&](bool present, const char* what) {
    if (!present)
      result.emplace_back(what);
  };
  note(f.schedule.is_open(), "run-queue waiting (/proc/thread-self/schedstat)");
  note(f.machine.is_open(), "where the time of the CPUs went (/proc/stat)");
  note(f.io_pressure.is_open(), "pressure of the machine (/proc/pressure)");
  note(f.stalls[0].is_open(), "lockups of the kernel (/sys/kernel/softlockup_count)");
  note(is_watching_continues(), "signals that continue us (SIGCONT)");
  for (auto& x : f.group.absent())
    result.push_back(std::move(x));
  return result;
}

std::vector<std::pair<const void*, std::size_t>> beat_counter_reader::memory() const {
  const auto& f = *files_;
  return {{&f, sizeof(files)},
          {f.texts[0].data(), f.texts[0].size()},
          {f.texts[1].data(), f.texts[1].size()}};
}

} // namespace pmactor
