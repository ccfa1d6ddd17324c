#define CAF_SUITE tally_events

#include "actors/storage_writer/tally_events.hpp"

#include <algorithm>

#include "support/test.hpp"

using namespace pmactor;

namespace {

tallied_event pause(std::int64_t id, double ended, double duration, const std::string& scope = "system") {
  tallied_event x;
  x.id = id;
  x.event_id = 1000 + id;
  x.kind = "pause";
  x.cause = "stopped";
  x.scope = scope;
  x.started = ended - duration;
  x.ended = ended;
  x.duration = duration;
  return x;
}

tallied_event lasting_stall(std::int64_t id, double started) {
  tallied_event x;
  x.id = id;
  x.kind = "stall";
  x.cause = "io";
  x.detail = "disk";
  x.started = started;
  x.ended = started + 1;
  x.duration = 1;
  x.lasts = true;
  return x;
}

std::uint64_t count_of(const event_tally& x, const std::string& scope) {
  const auto found = x.totals.find({"pause", "stopped", scope, ""});
  return found == x.totals.end() ? 0 : found->second.count();
}

} // namespace

CAF_TEST(a pause is counted once its scope is known) {
  CAF_CHECK(!is_settled(pause(1, 100, 2, "unknown"), 119));
  CAF_CHECK(is_settled(pause(1, 100, 2, "system"), 110));
  CAF_CHECK(!is_settled(pause(1, 100, 2, "system"), 101));
}

CAF_TEST(a scope that does not come is given up) {
  CAF_CHECK(is_settled(pause(1, 100, 2, "unknown"), 123));
}

CAF_TEST(an event from a future that the wall clock has left is settled) {
  CAF_CHECK(is_settled(pause(1, 5000, 2, "unknown"), 100));
}

CAF_TEST(no total ever shrinks while an event becomes known) {
  event_counter counter;
  std::uint64_t unknown = 0, whole = 0;
  for (double now = 100; now < 200; now += 1) {
    const auto x = counter.take({pause(1, 100, 2, now < 104 ? "unknown" : "system")}, now);
    CAF_CHECK(count_of(x, "unknown") >= unknown);
    CAF_CHECK(count_of(x, "system") >= whole);
    unknown = count_of(x, "unknown");
    whole = count_of(x, "system");
    if (counter.settled_through() == 1)
      break;
  }
  CAF_CHECK_EQUAL(unknown, 0u);
  CAF_CHECK_EQUAL(whole, 1u);
}

CAF_TEST(what is behind an event that lasts is counted at once and only once) {
  event_counter counter;
  std::vector<tallied_event> rows{pause(1, 100, 2), lasting_stall(2, 101), pause(3, 110, 3)};
  const auto above = [&] {
    std::vector<tallied_event> result;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(result),
                 [&](const auto& x) { return x.id > counter.settled_through(); });
    return result;
  };
  for (int i = 0; i < 3; ++i) {
    const auto x = counter.take(above(), 150);
    CAF_CHECK_EQUAL(count_of(x, "system"), 2u);
    CAF_CHECK_EQUAL(x.lasting.size(), 1u);
    CAF_CHECK_EQUAL(counter.settled_through(), 1);
  }
  rows[1].lasts = false;
  const auto x = counter.take(above(), 150);
  CAF_CHECK_EQUAL(count_of(x, "system"), 2u);
  CAF_CHECK_EQUAL(x.totals.at({"stall", "io", "", "disk"}).count(), 1u);
  CAF_CHECK(x.lasting.empty());
  CAF_CHECK_EQUAL(counter.settled_through(), 3);
}

CAF_TEST(a duration is counted at the edge that it does not exceed) {
  event_totals totals;
  for (const double duration : {0.3, 0.5, 0.51, 300.0, 301.0})
    count_event(totals, pause(1, 100, duration));
  const auto& total = totals.begin()->second;
  CAF_CHECK_EQUAL(total.counts[0], 2u);
  CAF_CHECK_EQUAL(total.counts[1], 1u);
  CAF_CHECK_EQUAL(total.counts[7], 1u);
  CAF_CHECK_EQUAL(total.counts[8], 1u);
  CAF_REQUIRE(total.newest[0].has_value());
  CAF_CHECK_EQUAL(total.newest[0]->event_id, 1001);
}

CAF_TEST(foreign words become one class) {
  event_totals totals;
  for (int i = 0; i < 1000; ++i) {
    auto x = pause(i, 100, 1);
    x.cause = "\"} evil{" + std::to_string(i);
    count_event(totals, x);
  }
  CAF_CHECK_EQUAL(totals.size(), 1u);
  for (int i = 0; i < 1000; ++i) {
    auto x = pause(i, 100, 1);
    x.cause = "word" + std::to_string(i);
    count_event(totals, x);
  }
  CAF_CHECK(totals.size() <= most_event_classes + 1);
}

CAF_TEST(totals of removed events are read as they were written) {
  event_totals totals;
  count_event(totals, pause(1, 100, 0.1));
  auto stall = lasting_stall(2, 100);
  stall.duration = 12.25;
  count_event(totals, stall);
  auto expected = totals;
  for (auto& [which, total] : expected)
    total.newest = {}; // their events are gone
  CAF_CHECK(parse_event_totals(to_text(totals)) == expected);
  CAF_CHECK(parse_event_totals("pause stopped\n\xff\x00 x\npause a b c 1 2 3 4 5 6 7 8 9 -1\n").empty());
}

CAF_TEST(the newest of each kind is known while it lasts) {
  event_counter counter;
  const auto x = counter.take({pause(1, 100, 2), pause(2, 140, 1), lasting_stall(3, 145)}, 150);
  CAF_CHECK_EQUAL(x.newest.at("pause").at, 140.0);
  CAF_CHECK_EQUAL(x.newest.at("pause").duration.value_or(0), 1.0);
  CAF_CHECK_EQUAL(x.newest.at("stall").at, 145.0);
  CAF_CHECK(!x.newest.at("stall").duration);
}
