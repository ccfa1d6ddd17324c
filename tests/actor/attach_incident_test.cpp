// That an incident which is evidence of another event is no event of its own.
#define CAF_SUITE attach_incident

#include "actors/flight_recorder/flight_recorder.hpp"

#include "support/actor_fixture.hpp"
#include "support/event_listener.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

clock_sample at(std::chrono::nanoseconds x) {
  return {x, x, x};
}

std::shared_ptr<flight_recorder_memory> memory_for(const char* role) {
  auto result = std::make_shared<flight_recorder_memory>();
  result->lead_up_for = role;
  return result;
}

struct fixture : actor_fixture {
  received_events<event_record> all;
  std::shared_ptr<flight_recorder_memory> memory = memory_for("storage-writer");
  flight_recorder_actor aut =
    spawn(flight_recorder, actor_slot_ref{}, flight_recorder_policy{}, memory);

  fixture() {
    caf::anon_send(aut, link_to{"storage-writer"},
                   caf::actor_cast<event_sink_actor>(spawn(event_listener<event_record>, &all)));
    consume_messages();
  }
  ~fixture() override {
    finish();
  }
  template <class T>
  void receive(const T& x) {
    caf::anon_send(aut, x);
    consume_messages();
  }
  pause_event stall() {
    pause_event x;
    x.kind = event_kind::stall;
    x.stall.emplace().resource = stall_resource::desktop;
    x.before = at(100s);
    x.after = at(101s);
    x.duration = 1s;
    x.started = 100s;
    x.id = mint_event_id(x.kind, x.started);
    return x;
  }
  pause_event incident(std::chrono::nanoseconds when) {
    pause_event x;
    x.kind = event_kind::incident;
    x.before = x.after = at(when);
    x.started = x.ended = when;
    x.id = mint_event_id(x.kind, when);
    x.facts = "{\"title\":\"the GPU was reset\"}";
    return x;
  }
  remark of(const pause_event& x) {
    return {topic_of_incident(x.id), "the GPU was reset", x.before, x.after};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(attach_incident_tests, fixture)

CAF_TEST(an incident within a stall is evidence of it and no event) {
  receive(stall());
  const auto x = incident(104s);
  receive(of(x));
  receive(x);
  event_amendment repeated;
  repeated.id = x.id;
  receive(repeated);
  CAF_CHECK_EQUAL(all.events.size(), 1u);
  CAF_REQUIRE_EQUAL(all.amendments.size(), 1u);
  CAF_CHECK(all.amendments[0].id == stall().id);
  CAF_CHECK_EQUAL(all.amendments[0].evidence.at(0), "the GPU was reset");
}

CAF_TEST(an incident by itself is an event without suspects) {
  const auto x = incident(50s);
  receive(of(x));
  receive(x);
  CAF_REQUIRE_EQUAL(all.events.size(), 1u);
  CAF_CHECK(all.events[0].event.kind == event_kind::incident);
  CAF_CHECK(all.events[0].culprits.empty());
  CAF_CHECK(all.amendments.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
