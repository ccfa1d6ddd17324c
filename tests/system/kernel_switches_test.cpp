// What the running kernel records of the switches of its CPUs, where it may be read. A sleep here is what is recorded.
#define CAF_SUITE kernel_switches

#include "actors/clock_sampler/own_switches.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/switch_recorder/switch_source.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <sched.h>
#include <thread>
#include <unistd.h>

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

CAF_TEST(a CPU that switches very often is sampled and says who is on it nonetheless) {
  auto source = start_host_switches(switch_recorder_policy{});
  if (source->state().tier < 1) {
    CAF_MESSAGE("SKIPPED: " + source->state().refused);
    return;
  }
  // Two threads that hand a byte to and fro on one CPU.
  cpu_set_t all, one;
  ::sched_getaffinity(0, sizeof all, &all);
  CPU_ZERO(&one);
  for (unsigned i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
    if (CPU_ISSET(i, &all))
      CPU_SET(i, &one);
  std::array<int, 2> there{}, back{};
  CAF_REQUIRE(::pipe(there.data()) == 0 && ::pipe(back.data()) == 0);
  std::atomic<bool> goes_on{true};
  const auto pass_on = [&one, &goes_on](int from, int to) {
    ::sched_setaffinity(0, sizeof one, &one);
    for (char x = 0; goes_on && ::read(from, &x, 1) == 1 && ::write(to, &x, 1) == 1;) {
    }
    ::close(to); // the other one ends by it
  };
  CAF_REQUIRE(::write(back[1], "x", 1) == 1);
  std::thread first{pass_on, there[0], back[1]}, second{pass_on, back[0], there[1]};
  CAF_CHECK(!source->follow({100'000}));
  bool is_sampled = false;
  for (int i = 0; i < 5 && !is_sampled; ++i) {
    std::this_thread::sleep_for(700ms);
    is_sampled = source->follow({100'000});
  }
  const auto since = read_clocks().awake;
  std::this_thread::sleep_for(500ms);
  const auto log = source->take(since);
  goes_on = false;
  first.join(), second.join();
  ::close(there[0]), ::close(back[0]);
  if (!is_sampled) {
    CAF_MESSAGE("SKIPPED: this machine has no time to switch very often");
    return;
  }
  CAF_CHECK(source->state().records.find("99 samples a second") != std::string::npos);
  std::chrono::nanoseconds sampled{}, own{};
  for (const auto& cpu : log.cpus) {
    for (const auto& x : cpu.sampled)
      sampled += std::min(x.ended, log.taken) - std::max(x.began, since);
    for (const auto& x : cpu.stretches)
      if (x.pid == ::getpid())
        own += std::min(x.ended, log.taken) - std::max(x.began, since);
  }
  CAF_CHECK_GREATER(sampled, 300ms);
  CAF_CHECK_GREATER(own, 50ms);
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
