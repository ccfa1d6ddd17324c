#define CAF_SUITE speed_watch

#include "actors/speed_watch/speed_watch.hpp"
#include "messages/event_facts.hpp"

#include "support/actor_fixture.hpp"
#include "support/event_listener.hpp"
#include "support/sample_maker.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A host that shows no frequencies, as macOS.
struct fixture : actor_fixture {
  received_events<pause_event> received;
  speed_watch_policy policy;
  std::shared_ptr<speed_watch_memory> memory = std::make_shared<speed_watch_memory>();
  std::uint64_t tick = 0;
  speed_watch_actor aut;

  ~fixture() override {
    finish();
  }

  void start() {
    aut = spawn(speed_watch, actor_slot_ref{}, policy,
                speed_watch_host{[] { return std::unique_ptr<speed_reader>{}; }}, memory);
    caf::anon_send(aut, link_to{"probe"}, spawn(event_listener<pause_event>, &received));
    consume_messages();
  }
  void seconds(int count, thermal_pressure level, double cpu_pct) {
    for (int i = 0; i < count; ++i) {
      auto x = make_sample(++tick, 0);
      const auto now = std::chrono::seconds{tick};
      x.system.at = {now, now, 1'700'000'000s + now};
      x.system.cpu_pct = cpu_pct;
      x.system.pressure = level;
      caf::anon_send(aut, x);
      consume_messages();
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(speed_watch_tests, fixture)

CAF_TEST(busy CPUs of a system that calls itself hot are slowed until it is cool) {
  start();
  seconds(10, thermal_pressure::nominal, 90);
  seconds(4, thermal_pressure::heavy, 90);
  CAF_CHECK(received.events.empty());
  seconds(4, thermal_pressure::trapping, 90);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].kind == event_kind::slowed);
  CAF_CHECK(received.events[0].facts.value_or("").find("\"limiter\":\"thermal\"")
            != std::string::npos);
  CAF_CHECK(received.amendments.empty());
  seconds(6, thermal_pressure::moderate, 90);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].id == received.events[0].id);
  CAF_CHECK(received.amendments[0].over->duration == 8s);
}

CAF_TEST(a hot system that has nothing to do is not slowed) {
  start();
  seconds(60, thermal_pressure::heavy, 3);
  CAF_CHECK(received.events.empty());
}

CAF_TEST(what is switched off watches nothing) {
  policy.enabled = false;
  start();
  seconds(60, thermal_pressure::sleeping, 95);
  CAF_CHECK(received.events.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
