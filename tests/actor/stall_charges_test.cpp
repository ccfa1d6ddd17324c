// What the SWITCH RECORDER charges for a stall while it lasts, and as it ends.
#define CAF_SUITE stall_charges

#include "support/switch_recorder_fixture.hpp"

using namespace pmactor;

namespace {

struct fixture : switch_recorder_fixture {
  /// A stall of a disk that lasts is charged to those whose requests are ahead. @returns its id.
  event_id charge_disk() {
    rings.disk = "vda";
    auto event = stalled(stall_resource::disk, false);
    event.event.stall->name = "vda";
    feed(event);
    CAF_REQUIRE_EQUAL(received.size(), 1u);
    CAF_CHECK(!received[0].blame->doers.empty());
    return event.event.id;
  }

  void check_dropped() {
    CAF_REQUIRE_EQUAL(received.size(), 2u);
    CAF_CHECK(received[1].blame->doers.empty());
    CAF_CHECK(received[1].blame->harm == 0s);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(stall_charges_tests, fixture)

CAF_TEST(a stall of the CPUs that lasts is added up until it is over) {
  feed(stalled(stall_resource::cpu, false));
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 2s);
  rings.now = 109s;
  rings.hog = "spinner";
  advance_time(policy.take_every);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].blame->harm == 7s);
  rings.now = 112s;
  event_amendment over;
  over.id = stalled(stall_resource::cpu, false).event.id;
  over.over = event_amendment::end{1'700'000'110s, 8s};
  feed(over);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->harm == 8s);
  CAF_CHECK(received[2].blame->doers[0].held == 8s);
  advance_time(600s);
  consume_messages();
  CAF_CHECK_EQUAL(received.size(), 3u);
}

CAF_TEST(a stall that is over when it is found takes no place of one that lasts) {
  const auto stall_at = [](std::chrono::nanoseconds when, bool is_over) {
    auto x = stalled(stall_resource::cpu, is_over);
    x.event.id = mint_event_id(event_kind::stall, when);
    return x;
  };
  const auto oldest = stall_at(1'700'000'102s, false);
  feed(oldest);
  for (const auto when : {1'700'000'103s, 1'700'000'104s, 1'700'000'105s})
    feed(stall_at(when, false));
  const auto brief = stall_at(1'700'000'106s, true);
  feed(brief);
  CAF_REQUIRE_EQUAL(received.size(), 5u);
  CAF_CHECK(received.back().id == brief.event.id);
  CAF_CHECK(received.back().blame->harm == 2s);
  CAF_CHECK_EQUAL(memory->stalls.size(), 4u);
  rings.now = 112s;
  event_amendment over;
  over.id = oldest.event.id;
  over.over = event_amendment::end{1'700'000'110s, 8s};
  feed(over);
  CAF_REQUIRE_EQUAL(received.size(), 6u);
  CAF_CHECK(received.back().id == oldest.event.id);
  CAF_CHECK(received.back().blame->harm == 8s);
}

CAF_TEST(a stall of which the rings hold little is taken out the oftener) {
  rings.reach = 1200ms;
  feed(stalled(stall_resource::cpu, false));
  CAF_CHECK_EQUAL(rings.taken, 1);
  advance_time(550ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 1);
  rings.reach = 10ms;
  advance_time(100ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(450ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(100ms);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 3);
}

CAF_TEST(only a stall of a disk is taken out by what the rings of the disks hold) {
  rings.reach = 30s;
  rings.disk_reach = 1200ms;
  rings.disk = "vdb";
  feed(stalled(stall_resource::cpu, false));
  auto event = stalled(stall_resource::disk, false);
  event.event.id = mint_event_id(event_kind::stall, 1'700'000'103s);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_REQUIRE_EQUAL(memory->stalls.size(), 2u);
  CAF_CHECK(memory->stalls[0].reach == rings.reach);
  CAF_CHECK(memory->stalls[1].reach == rings.disk_reach);
}

CAF_TEST(a stall of a disk is charged to no process that was on the CPUs) {
  feed(stalled(stall_resource::disk, false));
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->doers.empty());
  CAF_CHECK(received[0].blame->timeline.has_value());
  const auto taken = rings.taken;
  advance_time(10 * policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, taken); // they say nothing of it, and are dear
  event_amendment over;
  over.id = stalled(stall_resource::disk, false).event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK_EQUAL(rings.taken, taken);
  CAF_CHECK_EQUAL(received.size(), 1u);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(a stall of a disk that is named while it lasts is charged from its begin) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  feed(event);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 0s);
  rings.now = 107s;
  event_amendment lasts;
  lasts.id = event.event.id;
  lasts.lasts = event_amendment::end{1'700'000'107s, 5s};
  lasts.stall = *event.event.stall;
  lasts.stall->name = "vdb";
  feed(lasts);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK_EQUAL(received[1].blame->resource, "disk vdb");
  CAF_CHECK(received[1].blame->harm == 5s);
  CAF_REQUIRE_EQUAL(received[1].blame->doers.size(), 1u);
  CAF_CHECK(received[1].blame->doers[0].held == 5s);
  const auto taken = rings.taken;
  feed(lasts); // says nothing new
  CAF_CHECK_EQUAL(rings.taken, taken);
  for (int periods = 1; periods <= 2; ++periods) {
    rings.now += policy.take_every;
    advance_time(policy.take_every);
    consume_messages();
    CAF_CHECK_EQUAL(rings.taken, taken + periods);
  }
}

CAF_TEST(a stall that is charged again after it was not is taken out by one timer) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  event_amendment lasts;
  lasts.id = event.event.id;
  for (const auto what : {stall_resource::memory, stall_resource::disk}) {
    lasts.stall = stall_facts{what, what == stall_resource::disk ? "vdb" : "", {}, {}, false};
    feed(lasts);
  }
  CAF_CHECK(!received.back().blame->doers.empty());
  const auto taken = rings.taken;
  for (int periods = 1; periods <= 2; ++periods) {
    rings.now += policy.take_every;
    advance_time(policy.take_every);
    consume_messages();
    CAF_CHECK_EQUAL(rings.taken, taken + periods);
  }
}

CAF_TEST(a stall of a disk that is named as it ends is charged up to its end) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  feed(event);
  rings.now = 110s;
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  over.stall = *event.event.stall;
  over.stall->name = "vdb";
  over.stall->is_over = true;
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK_EQUAL(rings.taken, 1);
  feed(over);
  CAF_CHECK_EQUAL(rings.taken, 2);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received.back().blame->harm == 7s);
  CAF_REQUIRE_EQUAL(received.back().blame->doers.size(), 1u);
  CAF_CHECK(received.back().blame->doers[0].held == 7s);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(the harm of a stall that is over is no longer than the stall) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  rings.now = 112s;
  advance_time(policy.take_every);
  consume_messages();
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK(received.back().blame->harm == 7s);
  CAF_REQUIRE_EQUAL(received.back().blame->doers.size(), 1u);
  CAF_CHECK(received.back().blame->doers[0].held == 7s);
}

CAF_TEST(what was charged of a disk is dropped where memory is what holds it up) {
  const auto id = charge_disk();
  rings.now = 107s;
  event_amendment lasts;
  lasts.id = id;
  lasts.lasts = event_amendment::end{1'700'000'107s, 5s};
  lasts.stall = stall_facts{stall_resource::memory, "", {}, {}, false};
  feed(lasts);
  check_dropped();
}

CAF_TEST(
  what was charged of a disk is dropped where memory turns out to have held it up as it ends) {
  const auto id = charge_disk();
  rings.now = 110s;
  event_amendment over;
  over.id = id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  over.stall = stall_facts{stall_resource::memory, "", {}, {}, true};
  feed(over);
  check_dropped();
}

CAF_TEST(
  a stall of a disk that lasts is charged to those whose requests are ahead until it is over) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].blame->harm == 2s);
  CAF_CHECK_EQUAL(received[0].blame->resource, "disk vdb");
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_REQUIRE_EQUAL(received[1].blame->doers.size(), 1u);
  CAF_CHECK_EQUAL(received[1].blame->doers[0].name, "spinner");
  CAF_CHECK(received[1].blame->doers[0].held == 7s);
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'109s, 7s};
  feed(over);
  CAF_CHECK(memory->stalls.empty());
}

CAF_TEST(a disk that hangs is taken out ever more seldom and reported again when it did so for twice as long) {
  rings.disk = "vdb";
  auto event = stalled(stall_resource::disk, false);
  event.event.stall->name = "vdb";
  feed(event);
  CAF_CHECK_EQUAL(rings.taken, 1);
  rings.hangs = true;
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  CAF_CHECK_EQUAL(received.size(), 2u); // 7 s are more than twice 2 s
  rings.now = 115s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 2);
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 3);
  CAF_CHECK_EQUAL(received.size(), 2u); // 13 s are not more than twice 7 s
  event_amendment over;
  over.id = event.event.id;
  over.over = event_amendment::end{1'700'000'115s, 13s};
  feed(over);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->harm == 13s);
}

CAF_TEST_FIXTURE_SCOPE_END()
