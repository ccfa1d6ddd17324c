// What it costs to look after the control groups of this machine for a minute, and to read lines of
// the kernel's log. The promises: 0.05 s of CPU a minute with 300 groups, and 5 % of a core while
// the log is flooded, of which no more than 4000 lines are read a second. More groups: `for i in
// $(seq 300); do mkdir /sys/fs/cgroup/bench-$i; done`.
#include "actors/group_watch/choose_depth.hpp"
#include "actors/group_watch/judge_groups.hpp"
#include "actors/host/parse_kernel_record.hpp"
#include "messages/match_incident.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "support/healthy_log.hpp"
#include "support/hostile_log.hpp"

using namespace pmactor;

namespace {

/// A minute of looks without the time between, so without what is looked up each half minute.
/// @param is_stressed whether the machine is: then counters are asked for each second, and pressure.
void look_after_groups_for_a_minute(benchmark::State& state, bool is_stressed) {
  const auto host = host_groups();
  if (!host.open) {
    state.SkipWithError("this machine has no control groups");
    return;
  }
  const group_watch_policy policy;
  const auto reader = host.open(policy.most);
  group_tracker tracker;
  std::size_t groups = 0;
  for (auto _ : state)
    for (std::uint64_t tick = 1; tick <= 60; ++tick)
      if (const auto depth = choose_depth(tick, groups, false, is_stressed)) {
        const auto& look = reader->read(*depth);
        tracker.look(look, policy, {});
        groups = look.groups.size();
      }
  state.counters["groups"] = static_cast<double>(groups);
}

/// A gigabyte of what machines log that are well, with other numbers and names in each line.
void judge_a_gigabyte_of_healthy_log(benchmark::State& state) {
  std::size_t incidents = 0, size = 0, lines = 0;
  for (auto _ : state) {
    std::minstd_rand dice{2026};
    incidents = size = lines = 0;
    for (; size < 1'000'000'000; ++lines) {
      const auto line = healthy_line(dice);
      size += line.size() + 1;
      incidents += match_incident(line, log_source::kernel) ? 1 : 0;
    }
  }
  state.counters["incidents"] = static_cast<double>(incidents);
  state.counters["lines"] = static_cast<double>(lines);
  if (incidents > 0)
    state.SkipWithError("a healthy line was taken for an incident");
}

/// What one second of a flood costs, of which one look reads no more than 4000 lines, and gives up
/// sooner where these take more than some 35 ms together.
void look_at_a_flood(benchmark::State& state, const std::vector<std::string>& texts) {
  constexpr int most_lines = 4000;
  std::vector<std::string> records;
  for (int i = 0; i < most_lines; ++i)
    records.push_back("4," + std::to_string(341 + i) + ",5140900000,-;"
                      + texts[static_cast<std::size_t>(i) % texts.size()]);
  const auto began = std::clock();
  for (auto _ : state)
    for (const auto& record : records)
      benchmark::DoNotOptimize(
        match_incident(parse_kernel_record(record)->text, log_source::kernel));
  const auto spent = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  state.counters["core_percent_without_budget"] =
    100 * spent / static_cast<double>(std::max<std::int64_t>(1, state.iterations()));
}

void read_a_line_of_the_log(benchmark::State& state, const std::string& record) {
  for (auto _ : state) {
    const auto line = parse_kernel_record(record);
    benchmark::DoNotOptimize(match_incident(line->text, log_source::kernel));
  }
}

} // namespace

BENCHMARK_CAPTURE(look_after_groups_for_a_minute, calm, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(look_after_groups_for_a_minute, stressed, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_a_line_of_the_log, healthy,
                  "6,339,5140900000,-;usb 1-2: new high-speed USB device number 4 using xhci_hcd");
BENCHMARK_CAPTURE(read_a_line_of_the_log, incident,
                  "3,340,5140900000,-;nvme nvme0: I/O tag 8 (5008) opcode 0x1 (Write) QID 2 "
                  "timeout, reset controller");
BENCHMARK_CAPTURE(read_a_line_of_the_log, garbage, "4,341,5140900000,-;" + std::string(900, '['));
BENCHMARK_CAPTURE(look_at_a_flood, garbage, {std::string(900, '[')})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(look_at_a_flood, healthy, {healthy_log[3], healthy_log[40], healthy_log[80]})
  ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(look_at_a_flood, hostile, hostile_lines())->Unit(benchmark::kMillisecond);
BENCHMARK(judge_a_gigabyte_of_healthy_log)->Iterations(1)->Unit(benchmark::kSecond);
