// Late beats for tests: a healthy reading before, and after it a gap of a given length in which nothing
// happened to any counter, until the test says so.
#pragma once

#include "messages/pause.hpp"

namespace pmactor {

inline constexpr std::chrono::nanoseconds beat_period = std::chrono::milliseconds{100};

/// @param gap from beat to beat, awake. @param asleep within it.
inline late_beat quiet_gap(std::chrono::nanoseconds gap, std::chrono::nanoseconds asleep = {}) {
  using namespace std::chrono_literals;
  late_beat x;
  auto& before = x.before;
  before.at = {1000s, 1500s, 1'700'000'000s};
  before.slow_at = before.slow_until = before.machine_at = before.machine_until = before.at.awake;
  before.own_cpu = 50ms;
  before.own_wait = 20ms;
  before.own_switches = 10'000;
  before.own_faults = 3;
  before.process_faults = 40;
  before.cpus = 2;
  before.machine_total = 2000s;
  before.machine_stolen = 0s;
  before.hypervisor = hypervisor_fact{hypervisor_sign::cpu, {"KVM"}};
  before.interrupts = 5s;
  before.interrupts_of = 1;
  before.accounted_of_cpu = 1000s;
  before.cpu_some = before.io_some = before.memory_some = before.io_full = before.memory_full = 10s;
  before.kernel_stalls = 0;
  before.group_io_full = before.group_memory_full = 1s;
  before.throttles = 5;
  before.throttled = 300ms;
  before.frozen = 0ns;
  before.freezer_written = before.at.wall - 3h;
  before.continues = 2;
  x.after = before;
  x.after.at.awake += gap;
  x.after.at.total += gap + asleep;
  x.after.at.wall += gap + asleep;
  x.after.slow_at = x.after.slow_until = x.after.machine_at = x.after.machine_until = x.after.at.awake;
  x.after.own_cpu = *before.own_cpu + 200us;
  x.after.own_switches = *before.own_switches + 1;
  x.after.machine_total = *before.machine_total + 2 * gap;
  x.after.accounted_of_cpu = *before.accounted_of_cpu + gap;
  x.deadline = before.at.awake + beat_period;
  x.period = beat_period;
  return x;
}

} // namespace pmactor
