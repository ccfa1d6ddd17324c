#define CAF_SUITE beat_thread

#include "actors/clock_sampler/beat_ring.hpp"
#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/clock_sampler/read_beat_counters.hpp"
#include "actors/host/process_facts.hpp"

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(the counters of a working thread grow) {
  beat_counter_reader reader;
  beat_counters before;
  reader.read_quick(before);
  reader.read_slow(before, true);
  const auto began = std::clock(); // CPU time: others may have the CPUs meanwhile
  while (std::clock() - began < CLOCKS_PER_SEC / 50) {
  }
  std::this_thread::sleep_for(1ms); // the kernel brings the numbers up to date when it switches
  beat_counters after;
  reader.read_quick(after);
  reader.read_slow(after, true);
  if (before.own_cpu && after.own_cpu) {
    CAF_CHECK_GREATER(*after.own_cpu - *before.own_cpu, 5ms);
  }
  CAF_REQUIRE(after.process_faults.has_value());
  if (after.machine_total) {
    CAF_CHECK(after.cpus > 0);
    CAF_CHECK(after.slow_at > before.slow_at);
    CAF_CHECK_GREATER(*after.machine_total, 1s * after.cpus); // the machine has been up for a while
    CAF_CHECK(after.machine_at >= after.slow_at);
    CAF_CHECK(after.machine_until > after.machine_at);
    CAF_CHECK(after.slow_until >= after.machine_until);
    CAF_CHECK(after.interrupts.has_value());
  }
  CAF_CHECK(!reader.follow_groups());
}

CAF_TEST(a reading that was held up says so and is kept of a late beat only) {
  beat_counter_reader reader;
  beat_counters x;
  x.at = read_clocks();
  reader.read_slow(x, true);
  auto later = x;
  later.at.awake -= 10ms; // it woke so long ago
  const auto unread = later;
  CAF_CHECK(!reader.read_slow(later, false));
  CAF_CHECK(later == unread);
  CAF_CHECK(!reader.read_slow(later, true));
  CAF_CHECK(later.slow_at > unread.slow_at);
  CAF_CHECK(later.quota_lag > 0s);
}

CAF_TEST(a ring keeps order and refuses what does not fit) {
  beat_ring<int, 4> ring;
  int x = 0;
  CAF_CHECK(!ring.pop(x));
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i)
      CAF_CHECK(ring.push(round * 10 + i));
    CAF_CHECK(!ring.push(99));
    for (int i = 0; i < 4; ++i) {
      CAF_CHECK(ring.pop(x));
      CAF_CHECK_EQUAL(x, round * 10 + i);
    }
    CAF_CHECK(!ring.pop(x));
  }
}

CAF_TEST(a ring hands over between two threads) {
  beat_ring<int, 64> ring;
  constexpr int all = 20'000;
  std::thread writer{[&] {
    for (int i = 0; i < all; ++i)
      while (!ring.push(i))
        std::this_thread::yield();
  }};
  int wrong = 0;
  for (int i = 0; i < all; ++i) {
    int x = -1;
    while (!ring.pop(x))
      std::this_thread::yield();
    wrong += x == i ? 0 : 1;
  }
  writer.join();
  CAF_CHECK_EQUAL(wrong, 0);
}

CAF_TEST(beats come by their deadlines and end at once) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<beat_batch> batches;
  const auto began = read_clocks().awake;
  lived_clock lived;
  auto source = start_host_beat({20ms, 10s, 10s}, lived, [&](beat_batch x) {
    std::lock_guard guard{mutex};
    batches.push_back(std::move(x));
    changed.notify_one();
  });
  {
    std::unique_lock lock{mutex};
    CAF_REQUIRE(changed.wait_for(lock, 20s, [&] { return batches.size() >= 3; }));
  }
  const auto stopping = read_clocks().awake;
  source.reset();
  CAF_CHECK_LESS(read_clocks().awake - stopping, 2s); // far less on an idle machine
  std::size_t beats = 0;
  for (const auto& batch : batches) {
    CAF_CHECK(batch.reading.period == 20ms);
    CAF_CHECK(batch.late.empty());
    CAF_CHECK_EQUAL(batch.reading.lost, 0u);
    for (const auto late : batch.reading.lateness)
      CAF_CHECK(late >= 0ns); // never early
    beats += batch.reading.lateness.size();
  }
  CAF_CHECK_GREATER_OR_EQUAL(beats, 20u);
  // Of what passed meanwhile most was lived, on a machine that is not too busy, and no more than passed.
  const auto lived_for = lived.at(std::chrono::steady_clock::now().time_since_epoch());
  CAF_CHECK_GREATER(lived_for, 0ns);
  CAF_CHECK_LESS(lived_for, read_clocks().awake - began);
}

CAF_TEST(a late beat is reported at once with what was before and after it) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<late_beat> late;
  // Every beat counts as late.
  lived_clock lived;
  auto source = start_host_beat({20ms, -1s, 10s}, lived, [&](beat_batch x) {
    std::lock_guard guard{mutex};
    late.insert(late.end(), x.late.begin(), x.late.end());
    changed.notify_one();
  });
  {
    std::unique_lock lock{mutex};
    CAF_REQUIRE(changed.wait_for(lock, 20s, [&] { return late.size() >= 3; }));
  }
  source.reset();
  for (std::size_t i = 1; i < late.size(); ++i) {
    CAF_CHECK(late[i].before.at == late[i - 1].after.at);
    CAF_CHECK(late[i].deadline > late[i].before.at.awake);
    CAF_CHECK(late[i].after.at.awake >= late[i].deadline);
    CAF_CHECK(late[i].after.slow_at >= late[i].after.at.awake);
  }
}
