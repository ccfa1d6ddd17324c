#define CAF_SUITE decide_record

#include "actors/black_box/decide_record.hpp"

#include "actors/black_box/compose_record.hpp"
#include "actors/black_box/encode_record.hpp"
#include "support/test.hpp"

#include <functional>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Plays an hour at one look a second. @returns how many records that makes.
int records_in_an_hour(const std::function<void(record_question&, int second)>& change) {
  const black_box_policy policy;
  record_question x;
  int count = 0;
  for (int second = 0; second < 3600; ++second) {
    x.now = second * 1s;
    change(x, second);
    if (!decide_record(x, policy))
      continue;
    ++count;
    x.last = x.now;
    x.last_stress = x.stress;
    x.disk_bytes = 0;
  }
  return count;
}

} // namespace

CAF_TEST(the first record is due at once) {
  CAF_CHECK(decide_record({}, black_box_policy{}));
}

CAF_TEST(while nothing changes there is one record a minute) {
  CAF_CHECK_EQUAL(records_in_an_hour([](record_question&, int) {}), 60);
  // What the records themselves make the disk do is no work of others.
  CAF_CHECK_EQUAL(
    records_in_an_hour([](record_question& x, int) { x.disk_bytes = box_slot_bytes + 8192; }), 60);
}

CAF_TEST(while the disks are at work none is older than ten seconds) {
  // At the ninth second it would be too late on a busy machine: a sample may be late, and a disk slow.
  CAF_CHECK_EQUAL(records_in_an_hour([](record_question& x, int) { x.disk_bytes += 20'000; }), 450);
}

CAF_TEST(a disk that was at work a few minutes ago is not asleep) {
  record_question x;
  x.now = 1000s;
  x.last = x.now - 9s;
  CAF_CHECK(!decide_record(x, black_box_policy{})); // it may be
  x.last_work = x.now - 299s;
  CAF_CHECK(decide_record(x, black_box_policy{}));
  x.last_work = x.now - 300s;
  CAF_CHECK(!decide_record(x, black_box_policy{}));
}

CAF_TEST(under stress and while a stall lasts there is one each second within the bound of bytes) {
  const auto stressed = records_in_an_hour([](record_question& x, int) { x.stress = 40; });
  const auto stalled = records_in_an_hour([](record_question& x, int) { x.stalls = true; });
  CAF_CHECK_EQUAL(stressed, 3600);
  CAF_CHECK_EQUAL(stalled, 3600);
  CAF_CHECK(static_cast<std::size_t>(stressed) / 60 * box_slot_bytes <= 500'000u);
}

CAF_TEST(stress that comes or goes is news) {
  const auto count = records_in_an_hour(
    [](record_question& x, int second) { x.stress = second / 20 % 2 == 0 ? 5 : 20; });
  CAF_CHECK_EQUAL(count, 180);
}

CAF_TEST(ticks that come a little early are not waited out twice) {
  black_box_policy policy;
  record_question x;
  x.last = 0s;
  x.stalls = true;
  x.now = 990ms;
  CAF_CHECK(decide_record(x, policy));
  x.now = 300ms;
  CAF_CHECK(!decide_record(x, policy));
}

CAF_TEST(seconds that wait are thinned out from their old end) {
  std::vector<box_second> seconds;
  for (int i = 0; i < 60; ++i) {
    box_second x;
    x.awake = i * 1s;
    add_second(seconds, x, 24);
    CAF_REQUIRE(seconds.size() <= 24u);
  }
  CAF_CHECK(seconds.front().awake == 0s);
  for (int i = 0; i < 8; ++i)
    CAF_CHECK(seconds[seconds.size() - 1 - static_cast<std::size_t>(i)].awake == (59 - i) * 1s);
}

CAF_TEST(the busiest processes are those that wait then those that use most) {
  std::vector<process_sample> all(4);
  all[0].cpu_pct = 5;
  all[1].cpu_pct = 90;
  all[2].io_write = 3e8;
  all[3].state = 'D';
  const auto found = busiest_of(all, 3);
  CAF_REQUIRE_EQUAL(found.size(), 3u);
  CAF_CHECK(found[0] == all[3] && found[1] == all[2] && found[2] == all[1]);
}
