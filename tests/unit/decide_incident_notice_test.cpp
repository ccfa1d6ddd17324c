#define CAF_SUITE decide_incident_notice

#include "actors/notifier/compose_notice.hpp"
#include "messages/event_facts.hpp"

#include "support/notice_fixture.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

event_record incident(bool is_urgent) {
  event_facts facts;
  facts.title = "the kernel killed firefox, as the machine was out of memory";
  facts.is_urgent = is_urgent;
  event_record x;
  x.event.kind = event_kind::incident;
  x.event.started = x.event.ended = 1'768'900'213s;
  x.event.id = mint_event_id(x.event.kind, x.event.started);
  x.event.facts = to_json(facts);
  return x;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(decide_incident_notice_tests, notice_fixture)

CAF_TEST(people are notified of a grave incident once) {
  receive(incident(true));
  receive(incident(true));
  const auto due = take_due(state, now, policy);
  CAF_REQUIRE_EQUAL(due.size(), 1u);
  const auto message = compose_notice(due[0]);
  CAF_CHECK_EQUAL(message.title, "The kernel killed firefox, as the machine was out of memory");
  CAF_CHECK(message.body.find("pmactor events show ") != std::string::npos);
  CAF_CHECK(message.is_urgent);
}

CAF_TEST(people are not notified of one that is not grave nor of any if they do not want to be) {
  receive(incident(false));
  policy.grave_incident = false;
  auto other = incident(true);
  other.event.id = mint_event_id(other.event.kind, 1s);
  receive(other);
  CAF_CHECK(take_due(state, now, policy).empty());
}

CAF_TEST(a pause that turns out to be a sleep is no freeze) {
  event_record pause;
  pause.event.started = 500s;
  pause.event.duration = 3h;
  pause.event.id = mint_event_id(pause.event.kind, pause.event.started);
  receive(pause);
  event_amendment asleep;
  asleep.id = pause.event.id;
  asleep.explained = event_amendment::explanation{pause_cause::asleep, confidence::low, {}};
  receive(asleep);
  CAF_CHECK(take_due(state, now + 1h, policy).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
