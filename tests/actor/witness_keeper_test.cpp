#define CAF_SUITE witness_keeper

#include "actors/witness_keeper/witness_keeper.hpp"

#include "support/actor_fixture.hpp"
#include "support/event_listener.hpp"

#include <algorithm>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A child whose words the test writes.
struct scripted_witness {
  witness_page page;
  owned_slot disk;
  std::string ended;
  char state = 'S';
  int starts = 0;
};

class stand_in : public witness_child {
public:
  explicit stand_in(scripted_witness& script) : script_(script) {
    ++script_.starts;
  }
  const witness_page& page() const override {
    return script_.page;
  }
  std::string ended() override {
    return std::exchange(script_.ended, {});
  }
  char state_of(std::int64_t) override {
    return script_.state;
  }

private:
  scripted_witness& script_;
};

struct fixture : actor_fixture {
  scripted_witness child;
  std::optional<blocked_task> blocked;
  std::vector<waiting_process> all_blocked;
  std::optional<server_look> server;
  std::optional<std::chrono::nanoseconds> throttled; ///< In all.
  received_events<pause_event> received;
  lived_clock clock;
  health_slot slot;
  std::shared_ptr<witness_keeper_memory> memory = std::make_shared<witness_keeper_memory>();
  witness_keeper_policy policy;
  witness_keeper_impl aut;
  pause_sink_actor sink = spawn(event_listener<pause_event>, &received);
  std::uint64_t ticks = 0;
  std::chrono::nanoseconds set_clocks{}; ///< By how much the wall clock was set since.

  fixture() {
    child.disk = claim_slot(child.page, stall_resource::disk, "sda", stall_sense::completion);
    child.page.mark = witness_page::magic;
    start();
  }
  ~fixture() override {
    finish();
  }

  /// The child's timer is due now and does not come.
  void make_late(char state) {
    child.state = state;
    child.page.due_ns = now().count();
    child.page.pace_ns = std::chrono::nanoseconds{500ms}.count();
  }

  void start() {
    witness_host host;
    host.awake = [this] { return now(); };
    host.start = [this] { return std::make_unique<stand_in>(child); };
    host.blocked = [this](std::int64_t) { return blocked; };
    host.all_blocked = [this] { return all_blocked; };
    host.server = [this](std::int64_t) { return server; };
    host.throttled = [this] { return throttled; };
    aut = spawn(witness_keeper, actor_slot_ref{&slot}, policy, host, &clock, memory);
    caf::anon_send(aut, link_to{"flight-recorder"}, sink);
    consume_messages();
  }

  /// Lets time pass that the beat lives: in tenths of a second.
  void pass(std::chrono::nanoseconds span, char state = 'S') {
    for (; span > 0ns; span -= 100ms) {
      advance_time(100ms);
      clock.beat(now(), 100ms);
      if (now() / 100ms % 10 == 0)
        second(state);
      consume_messages();
    }
  }

  /// The same in steps of a hundredth.
  void live_finely(std::chrono::nanoseconds span) {
    for (; span > 0ns; span -= 10ms) {
      advance_time(10ms);
      clock.beat(now(), 100ms);
      if (now() % 1s == 0ns)
        second('S');
      consume_messages();
    }
  }

  void second(char state) {
    scored_sample x;
    x.system.tick = ++ticks;
    x.system.at = {now(), now(), now() + 1000s + set_clocks};
    caf::anon_send(aut, x);
    scan(state);
  }

  /// The sampler's view of the processes arrives.
  void scan(char state) {
    power_sample x;
    x.arrived = {now(), now(), now() + 1000s + set_clocks};
    auto& p = x.tasks.emplace_back();
    p.pid = 42;
    p.name = "tar";
    p.state = state;
    caf::anon_send(aut, x);
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(witness_keeper_tests, fixture)

CAF_TEST(how late the witnesses are is left for the next sample without a message) {
  memory->late = std::make_shared<lateness_board>();
  pass(2s);
  CAF_CHECK_EQUAL(memory->late->take(), lateness{});
  note_act(*child.disk, 7ms);
  pass(1s);
  CAF_CHECK_EQUAL(memory->late->take()[late_part::disk].value_or(-1), static_cast<double>(0.007F));
  child.disk->since_ns = now().count();
  pass(3s);
  CAF_CHECK_GREATER_OR_EQUAL(memory->late->take()[late_part::disk].value_or(-1), 2.0);
  child.disk->since_ns = 0;
  pass(2s);
  CAF_CHECK_EQUAL(memory->late->take(), lateness{});
}

CAF_TEST(a disk that does not answer is reported while it does not and when it does again) {
  pass(10s);
  CAF_CHECK(received.events.empty());
  const auto began = now();
  child.disk->since_ns = began.count();
  pass(1300ms);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].kind == event_kind::stall);
  CAF_CHECK_EQUAL(received.events[0].started, began + 1000s);
  CAF_CHECK(!received.events[0].stall->is_over);
  pass(3s);
  CAF_CHECK_EQUAL(slot.stalls.load(), 1u);
  CAF_CHECK(slot.note.read().find(" stalls since ") != std::string::npos);
  child.disk->since_ns = 0;
  note_stretch(*child.disk, began, now(), 100ms);
  const auto ended = now();
  pass(4s);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  const auto& over = received.amendments[0];
  CAF_CHECK(over.id == received.events[0].id);
  CAF_REQUIRE(over.over && over.stall);
  CAF_CHECK_EQUAL(over.over->ended, ended + 1000s);
  CAF_CHECK(over.stall->is_over);
  CAF_CHECK_EQUAL(slot.stalls.load(), 0u);
}

CAF_TEST(a stall is reported within a quarter of a second after it is a second old) {
  pass(10s);
  for (const auto phase : {20ms, 150ms, 300ms, 460ms, 700ms, 950ms}) {
    // The child looks just before each half of a second, and guesses that what hangs began half way
    // before that.
    pass(1s);
    live_finely(phase);
    const auto began = now();
    const auto asked = (began / 500ms + 1) * 500ms - 40ms;
    if (asked > began)
      live_finely(asked - began);
    child.disk->uncertainty_ns = std::chrono::nanoseconds{250ms}.count();
    child.disk->since_ns = (now() - 250ms).count();
    const auto before = received.events.size();
    while (received.events.size() == before && now() < began + 3s)
      live_finely(10ms);
    CAF_REQUIRE_EQUAL(received.events.size(), before + 1);
    CAF_CHECK_LESS_OR_EQUAL(now() - (received.events.back().started - 1000s + 1s), 100ms);
    child.disk->since_ns = 0;
    pass(5s);
    live_finely(1s - now() % 1s);
  }
}

CAF_TEST(a stall that goes on does not hold up the clocks of those after it) {
  pass(5s);
  child.disk->since_ns = now().count();
  pass(3s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  set_clocks += 1h; // the machine sleeps while the disk hangs, or its clock is set
  pass(5s);
  auto other = claim_slot(child.page, stall_resource::disk, "sdb", stall_sense::completion);
  const auto began = now();
  other->since_ns = began.count();
  pass(3s);
  CAF_REQUIRE_EQUAL(received.events.size(), 2u);
  CAF_CHECK_EQUAL(received.events[1].started, began + 1000s + 1h);
  child.disk->since_ns = 0;
  pass(5s);
  const auto over = std::find_if(received.amendments.begin(), received.amendments.end(),
                                 [](const event_amendment& x) { return x.over.has_value(); });
  CAF_REQUIRE(over != received.amendments.end());
  CAF_CHECK(over->id == received.events[0].id);
  CAF_CHECK_GREATER(over->over->ended, 1000s + 1h);
}

CAF_TEST(a process in uninterruptible sleep is a stall of what it waits for) {
  pass(5s);
  blocked = blocked_task{now() - 100ms, "percpu_rwsem_wait", {}};
  pass(3s, 'D');
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].stall->resource == stall_resource::mount);
  CAF_REQUIRE_EQUAL(received.events[0].stall->waiting.size(), 1u);
  CAF_CHECK_EQUAL(received.events[0].stall->waiting[0].name, "tar");
}

CAF_TEST(a process that is seen to wait is a stall when it has waited for a second whenever it is seen) {
  for (const auto age : {0ms, 300ms, 700ms, 990ms}) {
    pass(3s);
    live_finely(370ms); // the sampler has a pace of its own
    blocked = blocked_task{now() - age, "percpu_rwsem_wait", {}};
    const auto since = blocked->since;
    scan('D');
    const auto before = received.events.size();
    while (received.events.size() == before && now() < since + 3s)
      live_finely(10ms);
    CAF_REQUIRE_EQUAL(received.events.size(), before + 1);
    CAF_CHECK_EQUAL(received.events.back().started, since + 1000s);
    CAF_CHECK_LESS_OR_EQUAL(now() - since, 1050ms);
    blocked.reset();
    pass(5s);
    live_finely(1s - now() % 1s);
  }
}

CAF_TEST(a disk that may be silent for a second is dated then and not when it is silent for certain) {
  pass(5s);
  live_finely(460ms);
  const auto hung = now();
  live_finely(500ms); // the child looks, and guesses that it began a quarter of a second later,
                      // give or take as much
  child.disk->uncertainty_ns = std::chrono::nanoseconds{250ms}.count();
  child.disk->since_ns = (hung + 250ms).count();
  all_blocked = {{7, std::nullopt, "tar", {}, {}}};
  blocked = blocked_task{hung, "io_schedule", {{}, "sda"}};
  while (received.events.empty() && now() < hung + 3s)
    live_finely(10ms);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].before.awake == hung);
  CAF_CHECK_LESS_OR_EQUAL(now() - hung, 1050ms);
}

CAF_TEST(a stall begins when a process began to wait that no sample has shown yet) {
  pass(5s);
  const auto hung = now();
  all_blocked = {{7, std::nullopt, "tar", {}, {}}};
  blocked = blocked_task{hung, "io_schedule", {{}, "sda"}};
  child.disk->uncertainty_ns = std::chrono::nanoseconds{400ms}.count();
  child.disk->since_ns = (hung - 300ms).count(); // a guess
  pass(3s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].before.awake == hung);
  CAF_REQUIRE_EQUAL(received.events[0].stall->waiting.size(), 1u);
  CAF_CHECK_EQUAL(received.events[0].stall->waiting[0].name, "tar");
}

CAF_TEST(a stall that has to last long begins when a process began to wait as well) {
  kill(aut);
  policy.least = 5s;
  start();
  pass(5s);
  const auto hung = now();
  all_blocked = {{7, std::nullopt, "tar", {}, {}}};
  blocked = blocked_task{hung, "io_schedule", {{}, "sda"}};
  child.disk->uncertainty_ns = std::chrono::nanoseconds{400ms}.count();
  child.disk->since_ns = (hung + 300ms).count(); // a guess
  pass(8s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].before.awake == hung);
}

CAF_TEST(a desktop whose server is stopped does not answer since then and names the server) {
  pass(5s);
  auto desktop = claim_slot(child.page, stall_resource::desktop, ":0", stall_sense::round_trip);
  const auto stopped = now();
  server = server_look{{77, 1.0, "Xorg", 'T', {}}, stopped};
  desktop->server = 77;
  desktop->uncertainty_ns = std::chrono::nanoseconds{500ms}.count();
  desktop->since_ns = (stopped + 400ms).count(); // asked 0.9 s later
  pass(3s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK_EQUAL(received.events[0].started, stopped + 1000s);
  CAF_REQUIRE(received.events[0].stall->server.has_value());
  CAF_CHECK_EQUAL(received.events[0].stall->server->name, "Xorg");
}

CAF_TEST(the words of a stopped child are no stall) {
  pass(5s);
  make_late('T');
  child.disk->since_ns = now().count();
  pass(5s);
  CAF_CHECK(received.events.empty());
}

CAF_TEST(a child that is held is shown until it goes on) {
  pass(5s);
  make_late('T');
  pass(4s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
  pass(4s);
  CAF_CHECK(slot.degraded.read().find("is stopped and has felt nothing for ") != std::string::npos);
  CAF_CHECK_EQUAL(child.starts, 1);
  child.state = 'S';
  child.page.due_ns = (now() + 500ms).count();
  pass(1s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(a child that was paused with the machine is not shown as held) {
  pass(5s);
  make_late('T');
  advance_time(60s);
  clock.beat(now(), 100ms);
  consume_messages();
  pass(3s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(a child whose timer is late and ready to run feels the CPUs) {
  pass(5s);
  make_late('R');
  pass(3s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(received.events[0].stall->resource == stall_resource::cpu);
}

CAF_TEST(a timer that is late is a stall as soon as it is late enough) {
  pass(5s);
  live_finely(700ms);
  const auto due = now();
  child.state = 'R';
  child.page.due_ns = due.count();
  child.page.pace_ns = std::chrono::nanoseconds{500ms}.count();
  while (received.events.empty() && now() < due + 3s)
    live_finely(10ms);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK_EQUAL(received.events[0].started, due - 250ms + 1000s);
  CAF_CHECK_LESS_OR_EQUAL(now() - due, 850ms);
}

CAF_TEST(a child that the quota of its own group holds up feels no other) {
  throttled = 1s;
  pass(5s);
  make_late('R');
  for (int second = 0; second < 3; ++second) {
    *throttled += 800ms;
    pass(1s);
  }
  CAF_CHECK(received.events.empty());
}

CAF_TEST(a child that ends is started again with back off) {
  pass(3s);
  CAF_CHECK_EQUAL(child.starts, 1);
  child.ended = "was ended by signal 9";
  pass(4s);
  CAF_CHECK_EQUAL(child.starts, 2);
}

CAF_TEST(a child that is started and does not begin is shown until it does) {
  child.page.mark = 0; // as on a disk that does not answer
  pass(5s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
  pass(10s);
  CAF_CHECK(slot.degraded.read().find("does not begin") != std::string::npos);
  CAF_CHECK_EQUAL(child.starts, 1);
  child.page.mark = witness_page::magic;
  pass(2s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(why there is no child is shown until the next one has begun) {
  pass(3s);
  child.ended = "could not be started: Exec format error";
  pass(1s);
  CAF_CHECK(slot.degraded.read().find("Exec format error") != std::string::npos);
  pass(4s);
  CAF_CHECK_EQUAL(slot.degraded.read(), "");
}

CAF_TEST(a stall is not lost if its keeper fails while it lasts) {
  pass(5s);
  const auto began = now();
  child.disk->since_ns = began.count();
  pass(2s);
  kill(aut);
  start();
  pass(1s);
  child.disk->since_ns = 0;
  note_stretch(*child.disk, began, now(), 100ms);
  pass(4s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_REQUIRE_EQUAL(received.amendments.size(), 1u);
  CAF_CHECK(received.amendments[0].id == received.events[0].id);
}

CAF_TEST(a stretch that the beat did not live is no stall) {
  pass(5s);
  child.disk->since_ns = now().count();
  advance_time(5s); // the host is paused
  clock.beat(now(), 100ms);
  child.disk->since_ns = 0;
  note_stretch(*child.disk, now() - 5s, now(), 100ms);
  consume_messages();
  pass(4s);
  CAF_CHECK(received.events.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(nothing is watched if it is switched off) {
  actor_fixture f;
  scripted_witness child;
  witness_keeper_policy policy;
  policy.enabled = false;
  witness_host host;
  host.start = [&] { return std::make_unique<stand_in>(child); };
  const lived_clock clock;
  f.spawn(witness_keeper, actor_slot_ref{}, policy, host, &clock,
          std::make_shared<witness_keeper_memory>());
  f.live(5s);
  CAF_CHECK_EQUAL(child.starts, 0);
  f.finish();
}
