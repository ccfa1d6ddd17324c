// What it costs to look after the control groups of this machine for a minute, and to read lines of
// the kernel's log. The promises: 0.05 s of CPU a minute with 300 groups, and 5 % of a core while
// the log is flooded, of which no more than 4000 lines are read a second. More groups: `for i in
// $(seq 300); do mkdir /sys/fs/cgroup/bench-$i; done`.
#include "actors/group_watch/choose_depth.hpp"
#include "actors/group_watch/judge_groups.hpp"
#include "actors/host/match_incident.hpp"
#include "actors/host/parse_kernel_record.hpp"

#include <benchmark/benchmark.h>

#include <string>

using namespace pmactor;

namespace {

void look_after_groups_for_a_minute(benchmark::State& state) {
  const auto host = host_groups();
  if (!host.open) {
    state.SkipWithError("this machine has no control groups");
    return;
  }
  const group_policy policy;
  const auto reader = host.open(policy.most);
  group_tracker tracker;
  std::size_t groups = 0;
  for (auto _ : state)
    for (std::uint64_t tick = 1; tick <= 60; ++tick)
      if (const auto depth = choose_depth(tick, groups, false, false)) {
        const auto& look = reader->read(*depth);
        tracker.look(look, policy, {});
        groups = look.groups.size();
      }
  state.counters["groups"] = static_cast<double>(groups);
}

void read_a_line_of_the_log(benchmark::State& state, const std::string& record) {
  for (auto _ : state) {
    const auto line = parse_kernel_record(record);
    benchmark::DoNotOptimize(match_incident(line->text, log_source::kernel));
  }
}

} // namespace

BENCHMARK(look_after_groups_for_a_minute)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_a_line_of_the_log, healthy,
                  "6,339,5140900000,-;usb 1-2: new high-speed USB device number 4 using xhci_hcd");
BENCHMARK_CAPTURE(read_a_line_of_the_log, incident,
                  "3,340,5140900000,-;nvme nvme0: I/O tag 8 (5008) opcode 0x1 (Write) QID 2 "
                  "timeout, reset controller");
BENCHMARK_CAPTURE(read_a_line_of_the_log, garbage, "4,341,5140900000,-;" + std::string(900, '['));
