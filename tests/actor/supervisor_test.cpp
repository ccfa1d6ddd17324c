#define CAF_SUITE supervisor

#include "actors/supervision/supervisor.hpp"

#include "support/supervisor_fixture.hpp"

#include <string>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;
using list = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(tests, supervisor_fixture)

CAF_TEST(children start in order and stop in reverse) {
  root = spawn(supervisor, setup);
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"+a", "+b", "+c"}));
  CAF_CHECK(page->phase == daemon_phase::running);
  CAF_CHECK_EQUAL(slot(1).name.read(), "b");
  self->monitor(root);
  caf::anon_send(root, stop_all{});
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"-c", "-b", "-a"}));
  const auto reason = end();
  CAF_CHECK(reason && !*reason);
}

CAF_TEST(one for one leaves the siblings alone) {
  start();
  fail("b");
  CAF_CHECK_EQUAL(events(), (list{"-b", "+b"}));
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 1u);
  CAF_CHECK_EQUAL(slot(1).failure.read(), "ordered by a drill");
  CAF_CHECK(slot(1).phase == actor_phase::running);
}

CAF_TEST(restarts within the period wait longer and longer) {
  start();
  fail("a");
  CAF_CHECK(up("a"));
  fail("a");
  CAF_CHECK(!up("a"));
  CAF_CHECK(slot(0).phase == actor_phase::restarting);
  live(99ms, 1ms);
  CAF_CHECK(!up("a"));
  live(1ms, 1ms);
  CAF_CHECK(up("a"));
  fail("a");
  live(199ms, 1ms);
  CAF_CHECK(!up("a"));
  live(1ms, 1ms);
  CAF_CHECK(up("a"));
  live(11s);
  fail("a");
  CAF_CHECK(up("a")); // the period has passed: at once again
}

CAF_TEST(the sixth failure within the period ends the daemon with its children) {
  start();
  for (const char* id : {"a", "b", "c", "a", "b"}) {
    fail(id);
    live(100ms);
    CAF_REQUIRE(up(id));
  }
  events();
  fail("c");
  const auto reason = end();
  CAF_REQUIRE(reason);
  CAF_CHECK(is(*reason, failure::restart_limit));
  CAF_CHECK(page->phase == daemon_phase::failed);
  CAF_CHECK_EQUAL(events(), (list{"-c", "-b", "-a"}));
}

CAF_TEST(a pause of the host does not count against the period) {
  start();
  for (const char* id : {"a", "b", "c", "a", "b"}) {
    fail(id);
    live(100ms);
  }
  // 30 s pass on the clock, all of them paused: the restarts are as recent as before.
  advance_time(30s);
  consume_messages();
  fail("c");
  CAF_CHECK(end());
}

CAF_TEST(without a beat the restart window goes on) {
  start();
  for (int i = 0; i < 5; ++i) {
    fail("a");
    live_without_beat(1s);
    CAF_REQUIRE(up("a"));
  }
  live_without_beat(14s); // 2 s of it are gone until the pulse knows that it stands in
  fail("a");
  CAF_CHECK(up("a"));
  CAF_CHECK(!end());
}

CAF_TEST(a child that is asked to end is not killed for the time that the host was paused) {
  start();
  slot(2).handler_since_ns = 0;
  caf::anon_send(root, stop_all{});
  CAF_REQUIRE(sched.prioritize(root));
  sched.run_once(); // c has its order to end, and has not come to it
  advance_time(10s);
  CAF_REQUIRE(sched.prioritize(root));
  while (sched.prioritize(root))
    sched.run_once();
  CAF_CHECK(up("c"));
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"-c", "-b", "-a"}));
  CAF_CHECK(!*end());
}

CAF_TEST(an optional child is given up and the daemon goes on) {
  setup.children[1].optional = true;
  start();
  for (int i = 0; i < 5; ++i) {
    fail("b");
    live(2s);
    CAF_REQUIRE(up("b"));
  }
  fail("b");
  live(10s);
  CAF_CHECK(!up("b"));
  CAF_CHECK(slot(1).phase == actor_phase::given_up);
  CAF_CHECK(slot(1).degraded.read().find("Given up") == 0);
  CAF_CHECK(up("a") && up("c") && !end());
}

CAF_TEST(a child that ends in good order comes back too) {
  start();
  caf::anon_send_exit(handles["a"], caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK(up("a"));
}

CAF_TEST(what does not work reaches the report and the siblings that want to know but not its own actor) {
  setup.children[1].optional = true;
  std::map<std::string, fault_list> known;
  for (const std::size_t i : {1u, 2u})
    setup.children[i].report_faults = [&known, id = setup.children[i].id](const caf::strong_actor_ptr&,
                                                                         const fault_list& x) {
      known[id] = x;
    };
  supervision_report last;
  setup.on_report = [&last](const supervision_report& x) { last = x; };
  start();
  CAF_CHECK_EQUAL(known["b"], fault_list{});
  seen.complaint = "The disk is full.";
  fail("a"); // its successor says so at its start
  fail("b");
  const fault of_a{"a", "The disk is full."}, of_b{"b", "The disk is full."};
  CAF_CHECK_EQUAL(known["b"], (fault_list{{of_a}}));
  CAF_CHECK_EQUAL(known["c"], (fault_list{{of_a, of_b}}));
  live(1s);
  CAF_CHECK_EQUAL(last.faults, (std::vector<fault>{of_a, of_b}));
  seen.complaint.clear();
  fail("a");
  live(1s);
  CAF_CHECK_EQUAL(known["c"], (fault_list{{of_b}}));
  give_up("b");
  CAF_CHECK_EQUAL(known["c"],
                  (fault_list{{{"b", "it failed too often and was given up: ordered by a drill"}}}));
}

CAF_TEST(the report has the longest hang of those that the daemon needs) {
  setup.children[2].optional = true;
  setup.children[0].hang_limit = 2s;
  setup.children[1].hang_limit = 30s;
  supervision_report last;
  setup.on_report = [&last](const supervision_report& x) { last = x; };
  start();
  const auto began = now();
  slot(0).handler_since_ns = slot(1).handler_since_ns = began.count();
  slot(2).handler_since_ns = std::chrono::nanoseconds{began - 5s}.count();
  live(2s);
  CAF_CHECK_EQUAL(last.longest_hang.count(), 0);
  live(5s);
  CAF_CHECK(last.longest_hang >= 4s && last.longest_hang <= 5s);
}

CAF_TEST(the page has the limit of each handler and the lived time that it has taken) {
  setup.children[1].hang_limit = 30s;
  start();
  CAF_CHECK_EQUAL(slot(0).hang_limit_ns.load(), std::chrono::nanoseconds{10s}.count());
  CAF_CHECK_EQUAL(slot(1).hang_limit_ns.load(), std::chrono::nanoseconds{30s}.count());
  slot(1).handler_since_ns = now().count();
  live(3s);
  advance_time(60s); // a pause
  consume_messages();
  live(3s);
  CAF_CHECK_EQUAL(slot(1).met_since_ns.load(), slot(1).handler_since_ns.load());
  const std::chrono::nanoseconds met{slot(1).met_for_ns.load()};
  CAF_CHECK(met >= 4s && met <= 7s);
  slot(1).handler_since_ns = now().count();
  live(1s);
  CAF_CHECK(slot(1).met_for_ns.load() < std::chrono::nanoseconds{1s}.count());
  slot(1).handler_since_ns = 0;
  live(1s);
  CAF_CHECK_EQUAL(slot(1).met_for_ns.load(), 0);
}

CAF_TEST(a page that lost its content is filled in again and written to by those that run) {
  setup.children[1].optional = true;
  bool lost = false;
  setup.page_was_lost = [&lost] { return std::exchange(lost, false); };
  start();
  fail("b");
  for (auto& x : page->slots) {
    x.name.write("");
    x.generation = 0;
    x.phase = actor_phase::absent;
    x.handled = x.enqueued = 0;
    x.hang_limit_ns = 0;
  }
  page->slots_used = 0;
  lost = true;
  live(1s);
  CAF_CHECK_EQUAL(page->slots_used.load(), 3u);
  CAF_CHECK_EQUAL(slot(1).name.read(), "b");
  CAF_CHECK_EQUAL(slot(1).failure.read(), "ordered by a drill");
  CAF_CHECK_EQUAL(slot(1).optional_child.load(), 1u);
  CAF_CHECK(slot(1).hang_limit_ns.load() > 0);
  CAF_CHECK(slot(1).phase == actor_phase::running);
  const auto before = slot(1).handled.load();
  self->send(caf::actor_cast<caf::actor>(handles["b"]), caf::sys_atom::value, caf::get_atom::value,
             std::string{"info"});
  consume_messages();
  CAF_CHECK_EQUAL(slot(1).handled.load(), before + 1);
}

CAF_TEST(a child that keeps failing at its start is started without its memory) {
  setup.policy.intensity = 100;
  start();
  seen.fail_at_start = true;
  fail("a");
  live(1s);
  CAF_CHECK(seen.forgotten >= 1);
  seen.fail_at_start = false;
  live(6s);
  CAF_CHECK(up("a"));
}

CAF_TEST(a stop while a child waits for its restart ends all) {
  start();
  fail("b");
  fail("b");
  events();
  caf::anon_send(root, stop_all{});
  caf::anon_send(root, stop_all{}); // a second order changes nothing
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"-c", "-a"}));
  CAF_CHECK(end());
  live(1s);
  CAF_CHECK(!up("b"));
}

CAF_TEST(children follow a supervisor that is killed) {
  start();
  caf::anon_send_exit(root, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(events(), (list{"-c", "-b", "-a"}));
}

CAF_TEST(a drill fails children and every restart is counted) {
  setup.policy = supervisor_policy{1000, 10s, 1ms, 20ms};
  setup.drill_every = 200ms;
  start();
  live(20s, 10ms);
  const auto restarts = slot(0).restarts + slot(1).restarts + slot(2).restarts;
  CAF_CHECK(restarts >= 80 && restarts <= 100);
}

CAF_TEST_FIXTURE_SCOPE_END()
