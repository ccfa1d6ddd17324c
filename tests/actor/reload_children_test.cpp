// What a reload does to the children, and when it is acknowledged.
#define CAF_SUITE reload_children

#include "actors/supervision/supervisor.hpp"

#include "support/supervisor_fixture.hpp"

#include <string>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;
using list = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(tests, supervisor_fixture)

CAF_TEST(a reload restarts the children that it concerns and counts no restart) {
  order.children = {0, 2};
  order.policy = supervisor_policy{0, 10s, 100ms, 5s};
  order.changed = {"a.x"};
  start();
  reload_now();
  CAF_CHECK_EQUAL(events(), (list{"-c", "-a", "+a", "+c"}));
  CAF_CHECK_EQUAL(slot(0).restarts.load(), 0u);
  CAF_CHECK(slot(0).phase == actor_phase::running);
  CAF_REQUIRE_EQUAL(results.size(), 1u);
  CAF_CHECK_EQUAL(results[0], (reload_result{{"a.x"}, {"a", "c"}, {}}));
  fail("b"); // with an intensity of 0 the first failure is the last
  CAF_CHECK(static_cast<bool>(end()));
}

CAF_TEST(a reload that concerns no child restarts none and is acknowledged) {
  start();
  reload_now();
  CAF_CHECK_EQUAL(events(), list{});
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{}}));
}

CAF_TEST(a reload is acknowledged only when the children that it restarted are up) {
  order.children = {1};
  start();
  caf::anon_send(root, reload{});
  CAF_REQUIRE(sched.prioritize(root));
  sched.run_once(); // b has its order to end
  CAF_CHECK(results.empty());
  seen.fail_at_start = true; // its successor does not get through its start
  consume_messages();
  CAF_CHECK(results.empty());
  live(100ms);
  CAF_CHECK(results.empty());
  seen.fail_at_start = false;
  live(1s);
  CAF_CHECK(up("b"));
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {"b"}, {}}}));
}

CAF_TEST(settings that change during a reload are taken up behind it) {
  order.children = {1};
  start();
  caf::anon_send(root, reload{});
  caf::anon_send(root, reload{});
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"-b", "+b", "-b", "+b"}));
  CAF_CHECK_EQUAL(results.size(), 2u);
}

CAF_TEST(a reload starts a child that waits for its restart at once) {
  order.children = {0};
  start();
  fail("a");
  fail("a"); // the second time it waits
  CAF_REQUIRE(!up("a"));
  reload_now();
  CAF_CHECK(up("a"));
  events();
  live(1s); // the timer of its back-off starts no second one
  CAF_CHECK_EQUAL(events(), list{});
}

CAF_TEST(a reload starts a child again that was given up) {
  setup.children[1].optional = true;
  start();
  give_up("b");
  CAF_REQUIRE(slot(1).phase == actor_phase::given_up);
  reload_now();
  CAF_CHECK(up("b"));
  CAF_CHECK(slot(1).phase == actor_phase::running);
  CAF_CHECK_EQUAL(slot(1).degraded.read(), "");
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {"b"}, {}}}));
  fail("b"); // and has all its chances again
  CAF_CHECK(up("b"));
}

CAF_TEST(a reload whose child keeps failing says that it is given up) {
  setup.children[1].optional = true;
  order.children = {1};
  start();
  caf::anon_send(root, reload{});
  CAF_REQUIRE(sched.prioritize(root));
  sched.run_once();
  seen.fail_at_start = true;
  live(20s);
  CAF_CHECK(slot(1).phase == actor_phase::given_up);
  CAF_CHECK_EQUAL(results, (std::vector<reload_result>{{{}, {}, {"b"}}}));
}

CAF_TEST(a stop while a reload is on ends all) {
  start();
  caf::anon_send(root, reload{});
  caf::anon_send(root, reload{});
  caf::anon_send(root, stop_all{});
  consume_messages();
  advance_time(1s);
  consume_messages();
  CAF_CHECK(!up("a"));
  CAF_CHECK(!up("c"));
  CAF_CHECK(static_cast<bool>(end()));
}

CAF_TEST(a child that fails while others end for a reload comes back by itself) {
  order.children = {1, 2};
  start();
  caf::anon_send(root, reload{});
  CAF_REQUIRE(sched.prioritize(root));
  sched.run_once(); // b and c have their orders to end, and have not come to them
  caf::anon_send(caf::actor_cast<supervised_actor>(handles["a"]), drill{drill::way::raise});
  CAF_REQUIRE(sched.prioritize(caf::actor_cast<caf::actor>(handles["a"])));
  sched.run_once();
  live(5s);
  for (const char* id : {"a", "b", "c"})
    CAF_CHECK(up(id));
  CAF_CHECK_EQUAL(slot(0).restarts.load(), 1u);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
