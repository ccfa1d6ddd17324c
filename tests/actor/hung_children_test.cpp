// The hang check, by lived time, and what becomes of a child that hangs.
#define CAF_SUITE hung_children

#include "actors/supervision/supervisor.hpp"

#include "support/supervisor_fixture.hpp"

#include <string>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;
using list = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(tests, supervisor_fixture)

CAF_TEST(a hung detached child is replaced once its limit of lived time has passed) {
  make_replaceable(1);
  setup.children[1].hang_limit = 10s;
  setup.children[0].hang_limit = 10s;
  start();
  slot(1).handler.write("scored_sample");
  slot(1).handler_since_ns = now().count();
  live(9s);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 0u);
  advance_time(60s); // a pause: nothing hangs because of it
  consume_messages();
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 0u);
  live(3s);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 1u);
  CAF_CHECK(slot(1).failure.read().find("has been handling scored_sample for 1") == 0);
  CAF_CHECK(up("b"));
}

CAF_TEST(a child that hangs now and then is replaced each time) {
  setup.policy.intensity = 100;
  make_replaceable(1);
  start();
  for (std::uint32_t i = 1; i <= 8; ++i) {
    slot(1).handler_since_ns = now().count();
    live(13s); // the one left behind comes back to itself, and ends
    CAF_CHECK_EQUAL(slot(1).restarts.load(), i);
  }
}

CAF_TEST(no more hung children are left behind than three at a time) {
  setup.policy.intensity = 100;
  make_replaceable(1);
  start();
  std::vector<caf::strong_actor_ptr> stuck;
  for (std::uint32_t i = 1; i <= 4; ++i) {
    stuck.push_back(handles["b"]);
    hold(stuck.back());
    slot(1).handler_since_ns = now().count();
    live_but_for_held(13s);
    const auto most = std::min<std::uint32_t>(i, 3);
    CAF_CHECK_EQUAL(slot(1).restarts.load(), most);
  }
  release(stuck[0]);
  live_but_for_held(2s);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 4u);
  for (const auto& x : stuck)
    release(x);
}

CAF_TEST(a hung pooled child is reported) {
  start();
  slot(0).handler.write("system_sample");
  slot(0).handler_since_ns = now().count();
  live(12s);
  CAF_CHECK_EQUAL(slot(0).restarts.load(), 0u);
  CAF_CHECK(slot(0).failure.read().find("has been handling system_sample for 1") == 0);
}

CAF_TEST(a hung child with a memory has no successor before it has ended) {
  start();
  const auto stuck = handles["b"];
  hold(stuck);
  slot(1).handler_since_ns = now().count();
  live_but_for_held(13s);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 0u);
  CAF_CHECK(handles["b"] == stuck);
  order.children = {1, 2};
  caf::anon_send(root, reload{});
  live_but_for_held(2s);
  CAF_CHECK_EQUAL(events(), (list{"-c", "+c"}));
  CAF_CHECK(slot(1).phase == actor_phase::restarting);
  CAF_CHECK(results.empty());
  live_but_for_held(10s);
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {"c"}, {}, {"b"}}}));
  CAF_CHECK_EQUAL(events(), list{});
  release(stuck);
  live_but_for_held(1s);
  CAF_CHECK_EQUAL(events(), (list{"-b", "+b"}));
  CAF_CHECK(up("b"));
  CAF_CHECK_EQUAL(seen.forgotten, 0);
}

CAF_TEST(a reload waits for a child that takes long to end and reports it as restarted) {
  order.children = {1};
  start();
  const auto slow = handles["b"];
  hold(slow);
  caf::anon_send(root, reload{});
  live_but_for_held(3s);
  CAF_CHECK(results.empty());
  release(slow);
  live_but_for_held(1s);
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {"b"}, {}}}));
  CAF_CHECK(up("b"));
}

CAF_TEST(the answer to a reload does not wait for the limit of a child that hangs) {
  setup.children[1].hang_limit = 30s;
  order.children = {1};
  start();
  const auto stuck = handles["b"];
  hold(stuck);
  caf::anon_send(root, reload{});
  live_but_for_held(held_up_after + 2s);
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {}, {}, {"b"}}}));
  release(stuck);
  live_but_for_held(1s);
  CAF_CHECK(up("b"));
}

CAF_TEST(a second reload starts all that it concerns though what hung ends in its midst) {
  order.children = {1};
  start();
  const auto stuck = handles["b"], slow = handles["c"];
  hold(stuck);
  caf::anon_send(root, reload{});
  live_but_for_held(held_up_after + 2s);
  CAF_CHECK_EQUAL(results.size(), 1u);
  order.children = {1, 2};
  hold(slow);
  caf::anon_send(root, reload{});
  live_but_for_held(100ms);
  release(stuck);
  live_but_for_held(100ms);
  CAF_CHECK_EQUAL(events(), list{"-b"});
  release(slow);
  live_but_for_held(1s);
  CAF_CHECK_EQUAL(events(), (list{"-c", "+b", "+c"}));
  CAF_REQUIRE_EQUAL(results.size(), 2u);
  CAF_CHECK_EQUAL(results[1], (reload_result{{}, {"b", "c"}, {}}));
  CAF_CHECK(up("b") && up("c"));
}

CAF_TEST(a hang counts and is named although a reload has left the child behind) {
  supervision_report last;
  setup.on_report = [&last](const supervision_report& x) { last = x; };
  fault_list known;
  setup.children[2].report_faults = [&known](const caf::strong_actor_ptr&, const fault_list& x) { known = x; };
  order.children = {1};
  start();
  const auto stuck = handles["b"];
  hold(stuck);
  slot(1).handler_since_ns = now().count();
  live_but_for_held(5s);
  for (int i = 0; i < 2; ++i) { // the second reload finds it down
    caf::anon_send(root, reload{});
    live_but_for_held(30s);
  }
  CAF_CHECK(last.longest_hang > 50s);
  const fault expected{"b", "It hangs in a handler, and is started again once that has ended."};
  CAF_CHECK_EQUAL(last.faults, std::vector{expected});
  CAF_CHECK_EQUAL(known, (fault_list{{expected}}));
  CAF_CHECK_EQUAL(slot(1).hangs.load(), 1u);
  CAF_CHECK_EQUAL(slot(1).met_since_ns.load(), slot(1).handler_since_ns.load());
  CAF_CHECK(slot(1).met_for_ns.load() > std::chrono::nanoseconds{55s}.count());
  release(stuck);
  live_but_for_held(2s);
  CAF_CHECK_EQUAL(last.longest_hang.count(), 0);
  CAF_CHECK_EQUAL(last.faults, std::vector<fault>{});
  CAF_CHECK_EQUAL(known, fault_list{});
}

CAF_TEST(a child that hangs outside of any handler counts once a reload has left it behind) {
  supervision_report last;
  setup.on_report = [&last](const supervision_report& x) { last = x; };
  order.children = {1};
  start();
  const auto stuck = handles["b"];
  hold(stuck);
  caf::anon_send(root, reload{});
  live_but_for_held(9s);
  CAF_CHECK_EQUAL(last.faults, std::vector<fault>{});
  live_but_for_held(11s);
  CAF_CHECK(last.longest_hang > 7s);
  CAF_CHECK_EQUAL(last.faults.size(), 1u);
  release(stuck);
  live_but_for_held(1s);
}

CAF_TEST(a stop leaves alone what waits for its predecessor) {
  order.children = {1};
  start();
  const auto stuck = handles["b"];
  hold(stuck);
  caf::anon_send(root, reload{});
  live_but_for_held(2s);
  caf::anon_send(root, stop_all{});
  live_but_for_held(1s);
  CAF_CHECK(static_cast<bool>(end()));
  events();
  release(stuck);
  live_but_for_held(1s);
  CAF_CHECK_EQUAL(events(), list{"-b"});
}

CAF_TEST(a beat that dies freezes no hang check and the page says that it is missing) {
  setup.children[1].beats = true;
  start();
  live(5s);
  CAF_CHECK_EQUAL(slot(1).degraded.read(), "");
  slot(0).handler.write("late_beat");
  slot(0).handler_since_ns = now().count();
  live_without_beat(16s);
  CAF_CHECK(slot(0).failure.read().find("has been handling late_beat for 1") == 0);
  CAF_CHECK(slot(1).degraded.read().find("No beat comes") == 0);
  live(2s);
  CAF_CHECK_EQUAL(slot(1).degraded.read(), "");
}

CAF_TEST(a beat that never came freezes no hang check) {
  lived_clock never;
  setup.lived = &never;
  start();
  slot(0).handler.write("late_beat");
  slot(0).handler_since_ns = now().count();
  live(16s);
  CAF_CHECK(slot(0).failure.read().find("has been handling late_beat for 1") == 0);
  finish();
}

CAF_TEST(a pause while the beat is dead is no hang either) {
  start();
  live_without_beat(10s);
  slot(0).handler.write("late_beat");
  slot(0).handler_since_ns = now().count();
  live_without_beat(4s);
  advance_time(60s);
  consume_messages();
  live_without_beat(3s);
  CAF_CHECK_EQUAL(slot(0).failure.read(), "");
}

CAF_TEST(an actor that was left behind takes no slot from a successor) {
  const auto slots = std::make_unique<health_page>();
  auto& slot = slots->slots[0];
  actor_meter old, successor;
  successor.attach({&slot, 2});
  bool may_begin = true;
  try {
    old.attach({&slot, 1});
  } catch (const std::runtime_error&) {
    may_begin = false;
  }
  CAF_CHECK(!may_begin);
  CAF_CHECK(old.slot() == nullptr);
  CAF_CHECK(successor.slot() == &slot);
  CAF_CHECK_EQUAL(slot.generation.load(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
