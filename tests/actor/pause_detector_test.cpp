#define CAF_SUITE pause_detector

#include "actors/pause_detector/pause_detector.hpp"

#include "support/actor_fixture.hpp"
#include "support/beats.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// What was received, from whatever incarnation.
struct received_messages {
  std::vector<pause_event> events;
  std::vector<event_amendment> amendments;
  std::vector<latency_window> windows;
  int deaths_due = 0; ///< Die of so many of the next events.
};

using probe_actor = caf::typed_actor<caf::reacts_to<pause_event>, caf::reacts_to<event_amendment>,
                                   caf::reacts_to<latency_window>>;
struct probe_state {
  probe_state() = default;
  static constexpr const char* name = "probe";
};

probe_actor::behavior_type probe(actor_pointer<probe_actor, probe_state>, received_messages* received) {
  return {
    [received](const pause_event& x) {
      if (received->deaths_due > 0) {
        --received->deaths_due;
        throw std::runtime_error("as asked");
      }
      received->events.push_back(x);
    },
    [received](const event_amendment& x) { received->amendments.push_back(x); },
    [received](const latency_window& x) { received->windows.push_back(x); },
  };
}

struct fixture : actor_fixture {
  health_slot slot;
  received_messages received;
  std::shared_ptr<pause_detector_memory> memory = std::make_shared<pause_detector_memory>();
  pause_detector_actor aut = spawn(pause_detector, actor_slot_ref{}, pause_detector_policy{}, memory);
  probe_actor listener = spawn(probe, &received);

  fixture() {
    link();
  }
  ~fixture() override {
    finish();
  }

  void link() {
    caf::anon_send(aut, link_to{"probe"}, caf::actor_cast<pause_sink_actor>(listener));
    caf::anon_send(aut, link_to{"probe"}, caf::actor_cast<latency_sink_actor>(listener));
    consume_messages();
  }
  void restart() {
    kill(aut);
    aut = spawn(pause_detector, actor_slot_ref{}, pause_detector_policy{}, memory);
    link();
  }
  template <class T>
  void say(T x) {
    caf::anon_send(aut, std::move(x));
    consume_messages();
  }
  /// A document of the child that ends at *total* and covers *elapsed*.
  void document(std::chrono::nanoseconds total, std::chrono::nanoseconds elapsed,
                std::optional<char> daemon_state = {}) {
    say(witness_reading{{total - 500s, total, 0s}, elapsed, daemon_state});
  }
  static late_beat stop_of(std::chrono::nanoseconds length) {
    auto beat = quiet_gap(length);
    *beat.after.continues += 1;
    return beat;
  }
  static clock_reading second(std::vector<std::chrono::nanoseconds> lateness) {
    return {{1001s, 1501s, 0s}, 100ms, std::move(lateness), {}, 0};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(pause_detector_tests, fixture)

CAF_TEST(a late beat is reported to the sinks as an explained pause) {
  say(stop_of(2100ms));
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].cause == pause_cause::stopped);
  CAF_CHECK(received.events[0].duration == 2050ms);
  CAF_CHECK(received.events[0].id == mint_event_id(event_kind::pause, received.events[0].started));
}

CAF_TEST(a sleep is reported as such) {
  say(quiet_gap(100ms, 8h));
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].kind == event_kind::sleep);
}

CAF_TEST(healthy seconds lead to windows and to no pause) {
  say(second({1ms, 2ms, 50ms, 1ms}));
  CAF_CHECK(received.events.empty());
  CAF_REQUIRE_EQUAL(received.windows.size(), 1u);
  CAF_CHECK_EQUAL(received.windows[0].worst_ratio, 1.5);
  CAF_CHECK(received.windows[0].max == 50ms);
  CAF_CHECK_EQUAL(received.windows[0].beats, 4u);
  CAF_CHECK_EQUAL(memory->since_start.size(), 4u);
}

CAF_TEST(a beat that a stop of pmactor alone held up is no stress of the machine) {
  const auto stop = stop_of(5100ms);
  say(stop);
  const auto late = stop.after.at.awake - stop.deadline;
  say(second({1ms, late, 60ms}));
  CAF_REQUIRE_EQUAL(received.windows.size(), 1u);
  CAF_CHECK_EQUAL(received.windows[0].worst_ratio, 1.6);
  CAF_CHECK(received.windows[0].max == late); // it was late all the same
  CAF_CHECK(memory->own_lateness.empty());
  say(second({late}));
  CAF_CHECK_EQUAL(received.windows[1].worst_ratio, 51.0);
}

CAF_TEST(a beat that waited for a CPU is stress of the machine) {
  auto starved = quiet_gap(3100ms);
  *starved.after.own_wait += 3s;
  say(starved);
  say(second({starved.after.at.awake - starved.deadline}));
  CAF_REQUIRE_EQUAL(received.windows.size(), 1u);
  CAF_CHECK_EQUAL(received.windows[0].worst_ratio, 31.0);
}

CAF_TEST(the second witness amends the scope) {
  for (int i = 0; i <= 60; ++i)
    document(1440s + std::chrono::seconds{i} + 300ms, 1s); // the last one ends at 1500.3 s
  say(stop_of(3100ms));                                    // from 1500.0 to 1503.1 s
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].scope == pause_scope::unknown);
  document(1503200ms, 2900ms);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].scope == pause_scope::daemon_only); // it ended a window at 1500.3 s
  CAF_CHECK(received.amendments[0].id == received.events[0].id);
  CAF_CHECK(memory->unwitnessed.empty());
}

CAF_TEST(a pause in which the child was late as well is one of the system) {
  for (int i = 0; i <= 60; ++i)
    document(1440s + std::chrono::seconds{i} - 100ms, 1s); // the last one ends at 1499.9 s
  auto starved = quiet_gap(3100ms);
  *starved.after.own_wait += 3s;
  say(starved);
  document(1503150ms, 3250ms);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].scope == pause_scope::system);
}

CAF_TEST(a stop of pmactor and its child is no pause of the machine) {
  for (int i = 0; i <= 60; ++i)
    document(1440s + std::chrono::seconds{i} - 100ms, 1s);
  say(stop_of(3100ms));
  document(1503150ms, 3250ms);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].scope == pause_scope::daemon_and_sampler);
  CAF_CHECK(!received.amendments[0].explained); // it stays a stop
}

CAF_TEST(a stop is amended by what the child saw of it) {
  for (int i = 0; i <= 60; ++i)
    document(1440s + std::chrono::seconds{i} - 100ms, 1s);
  say(stop_of(3100ms)); // from 1500.0 to 1503.1 s
  CAF_CHECK(received.events.at(0).cause == pause_cause::stopped);
  CAF_CHECK(received.events.at(0).sure == confidence::high);
  document(1503110ms, 1s); // ended at 1500.9 s, read late, and did not list the daemon
  CAF_CHECK(received.amendments.empty()); // the next one may
  document(1503111ms, 1s, 't');
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].scope == pause_scope::daemon_only);
  CAF_REQUIRE(received.amendments[0].explained);
  CAF_CHECK(received.amendments[0].explained->cause == pause_cause::traced);
}

CAF_TEST(of too many pauses without a scope the shortest falls off and is counted) {
  kill(aut);
  aut = spawn(pause_detector, actor_slot_ref{&slot}, pause_detector_policy{}, memory);
  link();
  for (int i = 0; i < 17; ++i) {
    auto beat = stop_of(i == 0 ? 20s : 400ms + 10ms * i);
    for (auto* at : {&beat.before, &beat.after}) {
      at->at.awake += 30s * i;
      at->at.total += 30s * i;
    }
    beat.deadline += 30s * i;
    say(beat);
  }
  CAF_CHECK_EQUAL(slot.dropped.load(), 1u);
  CAF_CHECK_EQUAL(memory->unwitnessed.size(), 16u);
  CAF_CHECK(memory->unwitnessed.front().duration > 19s); // the oldest, and the longest
}

CAF_TEST(without a witness the scope stays unknown and nothing is reported again) {
  say(stop_of(3100ms));
  auto later = second({1ms});
  later.at.total = 1510s;
  say(later);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.amendments.empty());
  CAF_CHECK(memory->unwitnessed.empty());
}

CAF_TEST(a beat that is sent again to a successor is reported once) {
  const auto beat = stop_of(2100ms);
  say(beat);
  restart();
  say(beat);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(a sink that dies of a pause receives it again by its successor) {
  received.deaths_due = 1;
  say(stop_of(2100ms));
  CAF_CHECK(received.events.empty());
  listener = spawn(probe, &received);
  link();
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(what was not acknowledged outlives the detector) {
  kill(listener);
  say(stop_of(2100ms));
  listener = spawn(probe, &received);
  restart();
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(a detector restarts after a drill and goes on) {
  say(drill{});
  restart();
  say(stop_of(2100ms));
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
