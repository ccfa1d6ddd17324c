#define CAF_SUITE group_watch

#include "actors/group_watch/group_watch.hpp"

#include "support/actor_fixture.hpp"
#include "support/event_listener.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// What the test says of the groups, and when it was asked.
struct scripted_groups {
  group_look look;
  std::function<std::chrono::nanoseconds()> now;
  struct reading {
    std::chrono::nanoseconds at{};
    look_depth depth = look_depth::counters;
  };
  std::vector<reading> readings;
};

class stand_in : public group_reader {
public:
  explicit stand_in(scripted_groups& script) : script_(script) {
  }
  const group_look& read(look_depth depth) override {
    const auto now = script_.now();
    script_.readings.push_back({now, depth});
    script_.look.at = {now, now, now + 1000s};
    script_.look.depth = depth;
    return script_.look;
  }
  std::optional<std::string> container_name(const std::string&, const std::string&) override {
    return std::string{};
  }

private:
  scripted_groups& script_;
};

struct fixture : actor_fixture {
  scripted_groups script;
  received_events<pause_event> received;
  health_slot slot;
  std::shared_ptr<group_watch_memory> memory = std::make_shared<group_watch_memory>();
  group_watch_policy policy;
  group_watch_impl aut;
  pause_sink_actor sink = spawn(event_listener<pause_event>, &received);
  std::uint64_t ticks = 0;

  fixture() {
    script.now = [this] { return now(); };
    auto& x = script.look.groups.emplace_back();
    x.id = "/sys/fs/cgroup/victims";
    x.path = "/victims";
    x.frozen = false;
  }
  ~fixture() override {
    finish();
  }

  void start() {
    group_watch_host host;
    host.open = [this](std::size_t) { return std::make_unique<stand_in>(script); };
    aut = spawn(group_watch, actor_slot_ref{&slot}, policy, host, memory);
    caf::anon_send(aut, link_to{"flight-recorder"}, sink);
    consume_messages();
  }

  void second() {
    scored_sample x;
    x.system.tick = ++ticks;
    x.system.at = {now(), now(), now() + 1000s};
    caf::anon_send(aut, x);
    consume_messages();
  }

  /// Seconds pass, each of which ends with a sample.
  void pass(int seconds) {
    for (; seconds > 0; --seconds) {
      live(1s, 10ms);
      second();
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(group_watch_tests, fixture)

CAF_TEST(a group that is frozen is a stall as soon as it has been for long enough) {
  start();
  pass(7);
  script.look.groups[0].frozen = true; // half a second ago, as far as is known when it is seen
  pass(1);
  CAF_CHECK(received.events.empty());
  const auto seen = now();
  const auto before = script.readings.size();
  live(500ms, 10ms);
  CAF_CHECK_EQUAL(script.readings.size(), before); // a little later it is long enough for certain
  live(20ms, 10ms);
  CAF_REQUIRE_EQUAL(script.readings.size(), before + 1);
  CAF_CHECK_LESS_OR_EQUAL(script.readings.back().at - seen, 520ms);
  CAF_CHECK(script.readings.back().depth == look_depth::stalls);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK_EQUAL(received.events[0].stall->name, "group /victims");
  live(470ms, 10ms);
  CAF_CHECK_EQUAL(script.readings.size(), before + 1); // it is reported
}

CAF_TEST(of the looks in between that were armed the last one alone is taken) {
  policy.least = 3s;
  start();
  pass(7);
  script.look.groups[0].frozen = true;
  pass(3); // each sample arms one for the same moment
  const auto before = script.readings.size();
  live(900ms, 10ms);
  CAF_CHECK_EQUAL(script.readings.size(), before + 1);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(nothing is looked at in between while no group is held up) {
  start();
  pass(3);
  CAF_CHECK_EQUAL(script.readings.size(), 3u);
  live(990ms, 10ms);
  CAF_CHECK_EQUAL(script.readings.size(), 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(no group is looked at if that is switched off) {
  actor_fixture f;
  int opened = 0;
  group_watch_policy policy;
  policy.enabled = false;
  group_watch_host host;
  host.open = [&opened](std::size_t) -> std::unique_ptr<group_reader> {
    ++opened;
    return nullptr;
  };
  const auto aut =
    f.spawn(group_watch, actor_slot_ref{}, policy, host, std::make_shared<group_watch_memory>());
  scored_sample x;
  x.system.tick = 5;
  caf::anon_send(aut, x);
  f.live(2s);
  CAF_CHECK_EQUAL(opened, 0);
  f.finish();
}
