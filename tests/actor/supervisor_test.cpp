#define CAF_SUITE supervisor

#include "actors/supervision/supervisor.hpp"

#include "support/actor_fixture.hpp"

#include <algorithm>
#include <map>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using child_actor = supervised_actor;
using child_impl = child_actor;

struct child_state_of_test {
  child_state_of_test() = default;
  static constexpr const char* name = "child";
};

/// What happened to the children of a test.
struct record {
  std::vector<std::string> events; ///< "+a" started, "-a" ended.
  bool fail_at_start = false;
  std::string complaint; ///< Of each that starts.
  int forgotten = 0;
};

child_impl::behavior_type child(actor_pointer<child_impl, child_state_of_test> self, actor_slot_ref slot,
                                std::string id, record* seen) {
  self->attach(slot);
  if (seen->fail_at_start)
    throw std::runtime_error("cannot open");
  seen->events.push_back("+" + id);
  self->degraded(seen->complaint);
  self->attach_functor([id, seen] { seen->events.push_back("-" + id); });
  return {handle_drill(self)};
}

struct fixture : actor_fixture {
  record seen;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::map<std::string, caf::strong_actor_ptr> handles;
  supervisor_setup setup;
  reload_order order; ///< What a reload comes to.
  std::vector<reload_result> results;
  std::vector<caf::resumable*> held, waiting; ///< Jobs.
  supervisor_actor root;

  fixture() {
    for (const char* id : {"a", "b", "c"})
      setup.children.push_back(spec(id));
    setup.page = page.get();
    setup.lived = &lived;
    setup.wire = [this](std::string_view id, const caf::strong_actor_ptr& x) {
      handles[std::string{id}] = x;
    };
    setup.policy = order.policy = restart_policy{5, 10s, 100ms, 5s};
    setup.on_reload = [this] { return order; };
    setup.on_reloaded = [this](const reload_result& x) { results.push_back(x); };
  }

  ~fixture() override {
    handles.clear();
    finish();
  }

  child_spec spec(const std::string& id) {
    child_spec x;
    x.id = id;
    x.start = [this, id](caf::local_actor& parent, const actor_slot_ref& slot) {
      return caf::actor_cast<caf::strong_actor_ptr>(
        parent.spawn<caf::monitored>(child, slot, id, &seen));
    };
    x.forget = [this] { ++seen.forgotten; };
    return x;
  }

  void start() {
    root = spawn(supervisor, setup);
    consume_messages();
    self->monitor(root);
    seen.events.clear();
  }

  void fail(const std::string& id) {
    caf::anon_send(caf::actor_cast<child_actor>(handles[id]), drill{drill::way::raise});
    consume_messages();
  }

  void reload_now() {
    caf::anon_send(root, reload{});
    consume_messages();
  }

  /// Lets an optional child fail until it is given up.
  void give_up(const std::string& id) {
    for (int i = 0; i < 6 && up(id); ++i) {
      fail(id);
      live(2s);
    }
  }

  static caf::resumable* job_of(const caf::strong_actor_ptr& x) {
    return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(x));
  }

  /// From now on this actor comes to nothing, as if it were stuck in a handler.
  void hold(const caf::strong_actor_ptr& x) {
    held.push_back(job_of(x));
  }

  void release(const caf::strong_actor_ptr& x) {
    std::erase(held, job_of(x));
    if (std::erase(waiting, job_of(x)) > 0)
      sched.jobs.push_back(job_of(x));
  }

  void live_but_for_held(std::chrono::nanoseconds span) {
    for (; span > 0ns; span -= 50ms) {
      advance_time(50ms);
      beat();
      while (!sched.jobs.empty())
        if (auto* job = sched.jobs.front(); std::find(held.begin(), held.end(), job) != held.end()) {
          sched.jobs.pop_front();
          waiting.push_back(job);
        } else {
          sched.run_once();
        }
    }
  }

  bool up(const std::string& id) {
    return handles[id] != nullptr;
  }

  health_slot& slot(std::size_t i) {
    return page->slots[i];
  }

  std::vector<std::string> events() {
    return std::exchange(seen.events, {});
  }

  /// The exit reason of the supervisor, if it has ended.
  caf::optional<caf::error> end() {
    caf::optional<caf::error> result;
    if (self->has_next_message())
      self->receive([&](const caf::down_msg& x) { result = x.reason; });
    return result;
  }
};

using list = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

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

CAF_TEST(a reload restarts the children that it concerns and counts no restart) {
  order.children = {0, 2};
  order.policy = restart_policy{0, 10s, 100ms, 5s};
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

CAF_TEST(a child that fails while others end for a reload comes back by itself) {
  order.children = {1, 2};
  start();
  caf::anon_send(root, reload{});
  CAF_REQUIRE(sched.prioritize(root));
  sched.run_once(); // b and c have their orders to end, and have not come to them
  caf::anon_send(caf::actor_cast<child_actor>(handles["a"]), drill{drill::way::raise});
  CAF_REQUIRE(sched.prioritize(caf::actor_cast<caf::actor>(handles["a"])));
  sched.run_once();
  live(5s);
  for (const char* id : {"a", "b", "c"})
    CAF_CHECK(up(id));
  CAF_CHECK_EQUAL(slot(0).restarts.load(), 1u);
  CAF_CHECK_EQUAL(slot(1).restarts.load(), 0u);
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

CAF_TEST(the report has the longest handler of those that the daemon needs) {
  setup.children[2].optional = true;
  supervision_report last;
  setup.on_report = [&last](const supervision_report& x) { last = x; };
  start();
  const auto began = now();
  slot(0).handler_since_ns = began.count();
  slot(2).handler_since_ns = std::chrono::nanoseconds{began - 5s}.count();
  live(7s);
  CAF_CHECK(last.longest_handler >= 6s && last.longest_handler <= 7s);
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
  }
  page->slots_used = 0;
  lost = true;
  live(1s);
  CAF_CHECK_EQUAL(page->slots_used.load(), 3u);
  CAF_CHECK_EQUAL(slot(1).name.read(), "b");
  CAF_CHECK_EQUAL(slot(1).failure.read(), "ordered by a drill");
  CAF_CHECK_EQUAL(slot(1).optional_child.load(), 1u);
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

CAF_TEST(a hung detached child is replaced once its limit of lived time has passed) {
  setup.children[1].detached = true;
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
  setup.children[1].detached = true;
  start();
  for (std::uint32_t i = 1; i <= 8; ++i) {
    slot(1).handler_since_ns = now().count();
    live(13s); // the one left behind comes back to itself, and ends
    CAF_CHECK_EQUAL(slot(1).restarts.load(), i);
  }
}

CAF_TEST(no more hung children are left behind than three at a time) {
  setup.policy.intensity = 100;
  setup.children[1].detached = true;
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

CAF_TEST(who was left behind takes no seat from a successor) {
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
  setup.policy = restart_policy{1000, 10s, 1ms, 20ms};
  setup.drill_every = 200ms;
  start();
  live(20s, 10ms);
  const auto restarts = slot(0).restarts + slot(1).restarts + slot(2).restarts;
  CAF_CHECK(restarts >= 80 && restarts <= 100);
}

CAF_TEST_FIXTURE_SCOPE_END()
