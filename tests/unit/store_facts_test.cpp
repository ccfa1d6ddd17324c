#define CAF_SUITE store_facts

#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "messages/event_facts.hpp"

#include "support/sample_maker.hpp"
#include "support/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_record event_of(event_kind kind, bool is_over = true) {
  event_facts facts;
  facts.title = "something happened";
  facts.is_over = is_over;
  event_record x;
  x.event.kind = kind;
  x.event.started = x.event.ended = 1'700'000'000s;
  x.event.id = mint_event_id(kind, x.event.started);
  x.event.facts = to_json(facts);
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(store_facts_tests, store_fixture)

CAF_TEST(what is particular to an event is stored with it and no cause) {
  for (const auto kind :
       {event_kind::incident, event_kind::slowed, event_kind::clock, event_kind::outage})
    store(event_of(kind));
  CAF_CHECK_EQUAL(ask("SELECT group_concat(kind) FROM events WHERE json_extract(facts, '$.title') "
                      "= 'something happened' "
                      "AND cause IS NULL AND ledger IS NULL AND scope IS NULL"),
                  "incident,slowed,clock,outage");
  const auto first = event_reader{file}.find(1);
  CAF_REQUIRE(first);
  const auto facts = event_of(event_kind::incident).event.facts;
  CAF_CHECK_EQUAL(first->facts, *facts);
}

CAF_TEST(an outage has a cause of its own and is sure of it and has no length that is not known) {
  auto outage = event_of(event_kind::outage);
  outage.event.sure = confidence::high;
  outage.event.duration = 9s;
  outage.event.facts = R"({"cause":"power_loss","title":"the power was lost","length_known":true})";
  store(outage);
  outage.event.id = mint_event_id(event_kind::outage, 1'700'000'100s);
  outage.event.facts = R"({"cause":"panic","title":"the kernel panicked","length_known":false})";
  store(outage);
  CAF_CHECK_EQUAL(ask("SELECT group_concat(cause || ' ' || confidence || ' ' || coalesce(duration, 'unknown')) FROM events"),
                  "power_loss high 9.0,panic high unknown");
}

CAF_TEST(what becomes known later takes the place of what was known) {
  store(event_of(event_kind::incident));
  event_amendment more;
  more.id = event_of(event_kind::incident).event.id;
  more.facts = "{\"title\":\"more\",\"count\":4}";
  more.over = event_amendment::end{1'700'000'009s, 9s};
  store(more);
  CAF_CHECK_EQUAL(ask("SELECT json_extract(facts, '$.count') || ' ' || duration FROM events"),
                  "4 9.0");
}

CAF_TEST(evidence that came while a stall lasted stays as it ends) {
  auto stall = event_of(event_kind::stall);
  stall.event.facts.reset();
  stall.event.stall.emplace().is_over = false;
  store(stall);
  event_amendment remark;
  remark.id = stall.event.id;
  remark.evidence = {"the GPU was reset"};
  store(remark);
  event_amendment over;
  over.id = stall.event.id;
  over.over = event_amendment::end{1'700'000'009s, 9s};
  over.stall = stall.event.stall;
  over.stall->is_over = true;
  store(over);
  CAF_CHECK_EQUAL(ask("SELECT json_extract(evidence, '$[0].says') || ' ' || "
                      "json_array_length(evidence) FROM events"),
                  "the GPU was reset 1");
}

CAF_TEST(a stall that is over stays so when an earlier word of it is delivered again) {
  auto stall = event_of(event_kind::stall);
  stall.event.facts.reset();
  stall.event.stall.emplace().is_over = false;
  store(stall);
  event_amendment lasts, over;
  lasts.id = over.id = stall.event.id;
  lasts.lasts = event_amendment::end{1'700'000'005s, 5s};
  lasts.stall = over.stall = stall.event.stall;
  over.over = event_amendment::end{1'700'000'009s, 9s};
  over.stall->is_over = true;
  for (const auto& x : {lasts, over, lasts})
    store(x);
  CAF_CHECK_EQUAL(ask("SELECT duration || ' ' || json_extract(stall, '$.over') FROM events"), "9.0 1");
  for (const auto& x : {lasts, over, lasts})
    amend(stall.event, x);
  CAF_CHECK_EQUAL(stall.event.duration, std::chrono::nanoseconds{9s});
  CAF_CHECK(stall.event.stall->is_over);
}

CAF_TEST_FIXTURE_SCOPE_END()
