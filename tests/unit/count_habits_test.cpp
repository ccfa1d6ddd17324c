#define CAF_SUITE count_habits

#include "actors/notifier/compose_notice.hpp"
#include "actors/notifier/count_habits.hpp"
#include "app/patterns/read_patterns.hpp"

#include "support/store_fixture.hpp"

#include <cstdlib>
#include <ctime>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds begin = 1'767'571'200s; // 2026-01-05 00:00 UTC

event_record pause_at(nanoseconds started, const char* doer, pause_cause cause = pause_cause::io) {
  event_record x;
  x.event.started = started;
  x.event.ended = started + 3s;
  x.event.duration = 3s;
  x.event.id = mint_event_id(x.event.kind, started);
  x.event.cause = cause;
  x.event.sure = confidence::high;
  x.event.scope = pause_scope::system;
  x.event.book[cause].length = 3s;
  if (*doer != '\0')
    x.culprits = {{4711, {}, doer, "wrote 298 MB/s"}};
  return x;
}

} // namespace

CAF_TEST(an event is compared with those before it and not with itself) {
  habit_counts aut;
  for (int day = 0; day < 5; ++day) {
    const auto x = pause_at(begin + day * 24h, "rsync");
    aut.count(x);
    const auto alike = aut.like(x);
    CAF_CHECK_EQUAL(alike.count, static_cast<std::uint32_t>(day));
    CAF_CHECK(day == 0 || alike.last == begin + (day - 1) * 24h);
  }
  CAF_CHECK_EQUAL(aut.like(pause_at(begin, "tar")).count, 0u);
  CAF_CHECK_EQUAL(aut.like(pause_at(begin, "rsync", pause_cause::memory)).count, 0u);
}

CAF_TEST(an event that comes again is counted once) {
  habit_counts aut;
  for (int i = 0; i < 3; ++i)
    aut.count(pause_at(begin, "rsync"));
  CAF_CHECK_EQUAL(aut.like(pause_at(begin + 1h, "rsync")).count, 1u);
}

CAF_TEST(a culprit that only an amendment names is compared by that) {
  habit_counts aut;
  aut.remember(fingerprint_of(traits_of(pause_at(begin, "rsync"))), begin);
  aut.count(pause_at(begin + 1h, ""));
  const auto alike = aut.like(pause_at(begin + 1h, "rsync"));
  CAF_CHECK_EQUAL(alike.count, 1u);
  CAF_CHECK(alike.last == begin);
}

CAF_TEST(memory is bounded and what came last stays) {
  habit_counts aut;
  for (int i = 0; i < 3000; ++i)
    aut.remember(std::to_string(i), begin + i * 1s);
  aut.count(pause_at(begin + 4000s, "rsync"));
  CAF_CHECK_EQUAL(aut.like(pause_at(begin + 5000s, "rsync")).count, 1u);
}

CAF_TEST(a message says how many were like it and when) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  notice x;
  x.kind = notice_kind::pause;
  x.pauses = 1;
  x.longest = pause_at(begin, "rsync");
  CAF_CHECK(compose_notice(x).body.find("ike ") == std::string::npos);
  x.alike = {12, begin - 24h};
  CAF_CHECK(compose_notice(x).body.find("Like 12 others, the last 2026-01-04 00:00.")
            != std::string::npos);
  x.alike.count = 1;
  CAF_CHECK(compose_notice(x).body.find("Like 1 other, the last") != std::string::npos);
}

// What the daemon compares with at its start must be what it will compare.
CAF_TEST_FIXTURE_SCOPE(stored, store_fixture)

CAF_TEST(an event has the same traits as found and as stored) {
  std::vector<event_record> events{pause_at(begin, "kworker/u8:3"), pause_at(begin + 1h, ""),
                                   pause_at(begin + 2h, "tar", pause_cause::unexplained)};
  event_record stall;
  stall.event.kind = event_kind::stall;
  stall.event.started = begin + 3h;
  stall.event.id = mint_event_id(stall.event.kind, stall.event.started);
  explain_stall(stall.event,
                stall_facts{stall_resource::disk, "sda", {"a direct read of sda"}, {}, true});
  stall.culprits = {{1, {}, "rsync", "wrote"}};
  events.push_back(stall);
  event_record critical;
  critical.event.kind = event_kind::critical;
  critical.event.started = begin + 4h;
  critical.event.id = mint_event_id(critical.event.kind, critical.event.started);
  critical.culprits = {{1, {}, "make", "used 100 % of a CPU"}};
  events.push_back(critical);
  for (const auto& x : events)
    store(x);
  event_reader reader{file};
  const auto past = read_past_events(reader, std::nullopt, std::nullopt); // the newest first
  CAF_REQUIRE(past.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    CAF_CHECK(past[events.size() - 1 - i].traits == traits_of(events[i]));
}

CAF_TEST_FIXTURE_SCOPE_END()
