#define CAF_SUITE share_disk

#include "actors/flight_recorder/choose_culprits_by_blame.hpp"
#include "actors/switch_recorder/compose_blame.hpp"
#include "actors/switch_recorder/share_disk.hpp"

#include <algorithm>
#include <utility>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kib = 1024;

pause_event stall_of(stall_resource what, const std::string& name) {
  pause_event x;
  x.kind = event_kind::stall;
  x.before.awake = 100s;
  x.after.awake = 104s;
  x.duration = 4s;
  explain_stall(x, {what, name, {}, {}, true});
  return x;
}

/// A disk that answers every 100 ms from 99 s to 104 s.
struct scene {
  switch_log log;
  disk_log disk;

  scene() {
    log.taken = 104s;
    disk.name = "sda";
    for (const auto& [pid, name] :
         {std::pair{21, "big"}, {22, "small"}, {23, "kworker/u8:1+flush-8:0"}, {24, "pmactor"}})
      log.processes[pid].name = name;
    log.processes[23].is_kernel_thread = true;
    log.processes[24].is_ours = true;
  }
  /// Has *depth* requests queued all the time.
  void queue(std::int32_t pid, std::uint64_t depth, std::uint64_t bytes) {
    for (auto at = 99'000ms; at < 104'000ms; at += 100ms)
      for (std::uint64_t i = 0; i < depth; ++i)
        disk.requests.push_back({at, at + 100ms, pid, bytes, true});
  }
  blame_facts blame() {
    log.disks = {disk};
    std::sort(log.disks[0].requests.begin(), log.disks[0].requests.end(),
              [](const disk_request& a, const disk_request& b) { return a.began < b.began; });
    const auto event = stall_of(stall_resource::disk, "sda");
    charge_book book;
    charge_stall(event, 100s, 104s, log, book);
    return sum_up_stall(event, 104s, book);
  }
};

std::chrono::nanoseconds sum_of(const blame_facts& x) {
  auto sum = x.others + x.uncharged + x.unknown;
  for (const auto& one : x.doers)
    sum += one.held;
  return sum;
}

bool is_near(std::chrono::nanoseconds a, std::chrono::nanoseconds b) {
  return a - b < 1ms && b - a < 1ms;
}

} // namespace

CAF_TEST(two writers at four to one are charged at four to one) {
  scene s;
  s.queue(21, 8, 64 * kib);
  s.queue(22, 2, 64 * kib);
  const auto found = s.blame();
  CAF_CHECK(found.source == blame_source::recorded);
  CAF_CHECK_EQUAL(found.resource, "disk sda");
  CAF_CHECK(found.harm == 4s);
  CAF_REQUIRE_EQUAL(found.doers.size(), 2u);
  CAF_CHECK_EQUAL(found.doers[0].name, "big");
  CAF_CHECK(is_near(found.doers[0].held, 3200ms));
  CAF_CHECK(is_near(found.doers[1].held, 800ms));
  CAF_CHECK_EQUAL(found.doers[0].bytes.value_or(0), 40.0 * 8 * 64 * kib);
  CAF_CHECK(sum_of(found) == 4s);
}

CAF_TEST(a process with a single small request waits as others do and is charged with nothing) {
  scene s;
  s.queue(21, 1, 128 * kib);
  s.queue(22, 1, 4 * kib);
  const auto found = s.blame();
  CAF_CHECK(found.doers.empty());
  CAF_CHECK(found.uncharged == 4s);
}

CAF_TEST(none is charged while the disk completes nothing) {
  scene s;
  for (int i = 0; i < 16; ++i)
    s.disk.requests.push_back({99'500ms, 104s, 21, 64 * kib, false});
  const auto found = s.blame();
  CAF_CHECK(found.doers.empty());
  CAF_CHECK(found.uncharged == 4s);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(found.remarks[0], "for 4.00 s the disk completed nothing");
}

CAF_TEST(what the kernel writes for programs is not known and answers nothing) {
  scene s;
  s.queue(23, 6, 64 * kib);
  s.queue(22, 4, 64 * kib);
  const auto found = s.blame();
  CAF_REQUIRE_EQUAL(found.doers.size(), 1u);
  CAF_CHECK_EQUAL(found.doers[0].name, "small");
  CAF_CHECK(is_near(found.unknown, 2400ms));
  CAF_CHECK(sum_of(found) == 4s);
  // The one that is known did the lesser part: who did more is among those that had it written.
  CAF_CHECK(!is_answered(stall_of(stall_resource::disk, "sda"), found));
}

CAF_TEST(what is recorded of a disk answers for a stall of that disk alone) {
  scene s;
  s.queue(21, 9, 64 * kib);
  s.queue(23, 1, 64 * kib);
  const auto found = s.blame();
  CAF_CHECK(is_answered(stall_of(stall_resource::disk, "sda"), found));
  const auto named = choose_culprits_by_blame(found, {});
  CAF_REQUIRE_EQUAL(named.size(), 1u);
  CAF_CHECK_EQUAL(named[0].name, "big");
  for (const auto* other : {"sdb", ""}) {
    const auto event = stall_of(stall_resource::disk, other);
    charge_book book;
    charge_stall(event, 100s, 104s, s.log, book);
    CAF_CHECK(sum_up_stall(event, 104s, book).harm == 0s);
  }
}

CAF_TEST(a disk that has completed nothing since then is at a standstill) {
  const auto event = stall_of(stall_resource::disk, "sda");
  scene s;
  CAF_CHECK(is_at_standstill(event, 100s, s.log)); // nothing is recorded
  s.disk.requests = {{99s, 101s, 21, 64 * kib, true}, {99s, 104s, 21, 64 * kib, false}};
  s.log.disks = {s.disk};
  CAF_CHECK(!is_at_standstill(event, 100s, s.log));
  CAF_CHECK(is_at_standstill(event, 101s, s.log));
  CAF_CHECK(!is_at_standstill(stall_of(stall_resource::cpu, ""), 101s, s.log));
}

CAF_TEST(other doers or more than twice the harm are news of a stall that lasts) {
  scene s;
  s.queue(21, 9, 64 * kib);
  const auto reported = s.blame();
  CAF_REQUIRE_EQUAL(reported.doers.size(), 1u);
  auto found = reported;
  CAF_CHECK(!is_news(found, reported));
  found.harm = 8s;
  found.doers[0].held = 8s;
  CAF_CHECK(!is_news(found, reported));
  found.harm += 1ns;
  CAF_CHECK(is_news(found, reported));
  found = reported;
  found.doers.push_back(found.doers[0]);
  found.doers.front().pid = 22;
  CAF_CHECK(is_news(found, reported));
  auto other_order = found;
  std::swap(other_order.doers[0], other_order.doers[1]);
  CAF_CHECK(!is_news(other_order, found));
}

CAF_TEST(pmactor itself and a disk at rest are no deed of others) {
  scene s;
  s.queue(24, 8, 64 * kib);
  CAF_CHECK(s.blame().uncharged == 4s);
  s.disk.requests.clear();
  s.disk.requests.push_back({99s, 100'500ms, 21, 4 * kib * kib, true});
  const auto found = s.blame();
  CAF_CHECK(found.doers.empty()); // it completed nothing for longer than a second
  CAF_CHECK(found.uncharged == 4s);
}

CAF_TEST(what the rings did not hold any more is not known) {
  scene s;
  s.queue(21, 8, 64 * kib);
  s.disk.covers_from = 102s;
  std::erase_if(s.disk.requests, [](const disk_request& x) { return x.ended <= 102s; });
  const auto found = s.blame();
  CAF_CHECK(is_near(found.unknown, 2s));
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(found.remarks[0], "the record covers the last 2.00 s of 4.00 s");
}
