// A sink of events for actor tests: it keeps what it receives. Include after support/test.hpp.
#pragma once

#include "messages/actors.hpp"
#include "support/actor_fixture.hpp"

#include <vector>

namespace pmactor {

/// What listeners received, by whichever incarnation of the sender; outlives them.
/// @tparam Event pause_event or event_record.
template <class Event>
struct received_events {
  std::vector<Event> events;
  std::vector<event_amendment> amendments;
};

struct event_listener_state {
  event_listener_state() = default;
  static constexpr const char* name = "listener";
};

/// A PAUSE SINK or an EVENT SINK.
template <class Event>
using event_listener_actor = caf::typed_actor<caf::reacts_to<Event>, caf::reacts_to<event_amendment>>;

template <class Event>
typename event_listener_actor<Event>::behavior_type
event_listener(actor_pointer<event_listener_actor<Event>, event_listener_state>, received_events<Event>* received) {
  return {[received](const Event& x) { received->events.push_back(x); },
          [received](const event_amendment& x) { received->amendments.push_back(x); }};
}

} // namespace pmactor
