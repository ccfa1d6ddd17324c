// What the running kernel records of the switches of its CPUs, where it may be read. A sleep here is what is recorded.
#define CAF_SUITE kernel_switches

#include "actors/clock_sampler/own_switches.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/switch_recorder/switch_source.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(this machine records who is on its CPUs where it may) {
  auto source = start_host_switches(switch_recorder_policy{});
  if (source->state().tier < 1) {
    CAF_CHECK(!source->state().refused.empty());
    CAF_MESSAGE("SKIPPED: " + source->state().refused);
    return;
  }
  std::this_thread::sleep_for(2ms); // from the first switch on it is known who is on a CPU
  const auto since = read_clocks().awake;
  const auto began = std::clock();
  while (std::clock() - began < CLOCKS_PER_SEC / 20) {
  }
  std::this_thread::sleep_for(2ms); // leaves the CPU, which is recorded
  const auto log = source->take(since);
  CAF_CHECK(log.taken > since);
  CAF_REQUIRE(!log.cpus.empty());
  std::chrono::nanoseconds own{};
  for (const auto& cpu : log.cpus) {
    auto last = std::chrono::nanoseconds{};
    for (const auto& x : cpu.stretches) {
      CAF_CHECK(x.began >= last);
      CAF_CHECK(x.ended >= x.began);
      last = x.ended;
      if (const auto who = log.processes.find(x.pid); who != log.processes.end() && who->second.is_ours)
        own += std::min(x.ended, log.taken) - std::max(x.began, since);
    }
  }
  CAF_CHECK_GREATER_OR_EQUAL(own, 45ms);
}

CAF_TEST(the kernel records when this thread left its CPU) {
  own_switches aut;
  if (!aut.refusal().empty()) {
    CAF_MESSAGE("SKIPPED: " + aut.refusal());
    return;
  }
  const auto began = read_clocks().awake;
  std::this_thread::sleep_for(20ms);
  const auto between = read_clocks().awake;
  std::this_thread::sleep_for(30ms);
  // Of two waits the first is the one for the deadline.
  const auto found = aut.read(began, began + 1h);
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE(found->onset.has_value());
  CAF_CHECK(*found->onset >= between);
  CAF_CHECK(*found->onset < read_clocks().awake - 29ms);
  CAF_CHECK(found->blocked >= 29ms);
}

CAF_TEST(a record that was overwritten since says so) {
  own_switches aut;
  if (!aut.refusal().empty()) {
    CAF_MESSAGE("SKIPPED: " + aut.refusal());
    return;
  }
  const auto began = read_clocks().awake;
  for (int i = 0; i < 6000; ++i) // also of a page of 64 KiB
    std::this_thread::sleep_for(1us);
  const auto lately = read_clocks().awake;
  std::this_thread::sleep_for(1ms);
  CAF_CHECK(!aut.read(began, began + 1h));
  CAF_CHECK(aut.read(lately, lately + 1ms).has_value());
}
