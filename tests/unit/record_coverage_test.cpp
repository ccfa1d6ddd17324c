#define CAF_SUITE record_coverage

#include "actors/switch_recorder/charge_waits.hpp"
#include "actors/switch_recorder/compose_log.hpp"
#include "actors/switch_recorder/switch_source.hpp"

#include <cstring>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// The ring of a CPU, the newest record first, as the kernel lays it out.
struct ring_bytes {
  std::vector<std::byte> data;

  void left(nanoseconds at, std::uint32_t who, std::uint32_t next, bool was_ready = false) {
    add(15, was_ready ? 0x6000 : 0x2000, {next, next, who, who}, at);
  }
  void came(nanoseconds at, std::uint32_t who, std::uint32_t previous) {
    add(15, 0, {previous, previous, who, who}, at);
  }
  void lost(nanoseconds at, std::uint32_t count) {
    add(2, 0, {1, 0, count, 0}, at);
  }
  cpu_log log(nanoseconds since, nanoseconds taken) {
    return compose_log(1, data.data(), data.size(), {since, taken}, names, lost_count);
  }

  recorded_names names;
  std::uint64_t lost_count = 0;

private:
  void add(std::uint32_t type, std::uint16_t flags, const std::vector<std::uint32_t>& fields, nanoseconds at) {
    append(type), append(flags), append(static_cast<std::uint16_t>(16 + 4 * fields.size()));
    for (const auto x : fields)
      append(x);
    append(static_cast<std::uint64_t>(at.count()));
  }
  template <class T>
  void append(T x) {
    const auto at = data.size();
    data.resize(at + sizeof x);
    std::memcpy(data.data() + at, &x, sizeof x);
  }
};

} // namespace

CAF_TEST(a switch says which thread was on the CPU and until when) {
  ring_bytes ring;
  ring.left(104s, 21, 30, true); // 30 is on it now
  ring.came(102s, 21, 0);
  ring.left(102s, 0, 21);
  ring.left(101s, 22, 0);
  const auto log = ring.log(100s, 110s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 2u);
  CAF_CHECK((log.stretches[0] == task_stretch{102s, 104s, 21, 21, true}));
  CAF_CHECK((log.stretches[1] == task_stretch{104s, 110s, 30, 30, true}));
  CAF_CHECK(log.covers_from == 101s);
  CAF_CHECK(log.oldest == 101s);
  CAF_CHECK(log.holes.empty());
}

CAF_TEST(records that were lost before what is asked for are not counted) {
  ring_bytes ring;
  ring.left(109s, 21, 30);
  ring.lost(106s, 5);
  ring.left(105s, 22, 21);
  ring.lost(91s, 700); // of an earlier taking out
  ring.left(90s, 23, 22);
  CAF_CHECK(ring.log(100s, 110s).oldest == 90s);
  CAF_CHECK_EQUAL(ring.lost_count, 5u);
}

CAF_TEST(where records were lost is a hole that is charged to none and not idle either) {
  ring_bytes ring;
  ring.left(106s, 21, 30);
  ring.lost(105s, 5);
  ring.left(102s, 22, 21);
  ring.left(100s, 23, 22);
  const auto log = ring.log(100s, 110s);
  CAF_REQUIRE_EQUAL(log.holes.size(), 1u);
  CAF_CHECK((log.holes[0] == record_hole{102s, 106s}));
  switch_log whole;
  whole.taken = 110s;
  whole.cpus = {log};
  for (const auto pid : {21, 22, 30})
    whole.processes[pid].name = "p" + std::to_string(pid);
  charge_book book;
  book.add({{100s, 110s, 1U}}, whole);
  const auto found = book.sum_up(10s);
  CAF_CHECK(found.unknown == 4s);
  CAF_CHECK(found.uncharged == 0s);
  CAF_REQUIRE_EQUAL(found.remarks.size(), 1u);
  CAF_CHECK_EQUAL(found.remarks[0], "the record covers 6.00 s of 10.0 s");
}

CAF_TEST(what is recorded after the clock was read is of another time) {
  ring_bytes ring;
  ring.left(110s + 20us, 21, 30); // sleeps
  ring.left(109s, 22, 21);
  const auto log = ring.log(100s, 110s);
  CAF_REQUIRE_EQUAL(log.stretches.size(), 1u);
  CAF_CHECK((log.stretches[0] == task_stretch{109s, 110s, 21, 21, true})); // it went on
  CAF_CHECK(log.covers_from == 109s);
}

CAF_TEST(a ring takes what the settings grant and no more) {
  switch_recorder_policy policy;
  policy.memory = 4'000'000;
  CAF_CHECK_EQUAL(ring_size(policy, 2), 1U << 20);
  policy.memory = 64'000'000;
  CAF_CHECK_EQUAL(ring_size(policy, 2), 16U << 20);
  policy.memory = 1'000'000'000;
  CAF_CHECK_EQUAL(ring_size(policy, 2), 16U << 20);
  policy.memory = 100'000;
  CAF_CHECK_EQUAL(ring_size(policy, 64), 32U << 10);
}

CAF_TEST(the requests to disks are recorded where they take no more than a quarter of the files) {
  CAF_CHECK(has_files_for_disks(85, 1024));
  CAF_CHECK(!has_files_for_disks(86, 1024));
  CAF_CHECK(has_files_for_disks(1024, 16384));
}

CAF_TEST(a stall is taken out again before the ring has overwritten it) {
  const switch_recorder_policy policy;
  CAF_CHECK(take_after(policy, std::nullopt) == 5s);
  CAF_CHECK(take_after(policy, 100s) == 5s);
  CAF_CHECK(take_after(policy, 3s) == 1500ms);
  CAF_CHECK(take_after(policy, 100ms) == 500ms);
}

CAF_TEST(a disk that hangs is taken out after twice the time each time and every five minutes at last) {
  const switch_recorder_policy policy;
  CAF_CHECK(take_after(policy, 3s, 1) == 3s);
  CAF_CHECK(take_after(policy, 3s, 2) == 6s);
  CAF_CHECK(take_after(policy, std::nullopt, 3) == 40s);
  CAF_CHECK(take_after(policy, std::nullopt, 6) == 5min);
  CAF_CHECK(take_after(policy, 100ms, 4'000'000'000U) == 5min);
}

CAF_TEST(a recorder that is switched off records nothing and says why) {
  switch_recorder_policy off;
  off.enabled = false;
  const auto aut = start_host_switches(off);
  CAF_CHECK_EQUAL(aut->state().tier, -1);
  CAF_CHECK_EQUAL(aut->state().records, "nothing");
  CAF_CHECK(aut->state().refused.find("switched off in the settings") != std::string::npos);
  CAF_CHECK(aut->state().is_by_settings);
}
