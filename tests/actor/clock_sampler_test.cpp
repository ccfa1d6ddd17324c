#define CAF_SUITE clock_sampler

#include "actors/clock_sampler/clock_sampler.hpp"

#include "support/actor_fixture.hpp"
#include "support/beats.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct received_messages {
  std::vector<clock_reading> readings;
  std::vector<late_beat> late;
};
struct probe_state {
  probe_state() = default;
  static constexpr const char* name = "probe";
};

beat_sink_actor::behavior_type probe(actor_pointer<beat_sink_actor, probe_state>, received_messages* received) {
  return {
    [received](const clock_reading& x) { received->readings.push_back(x); },
    [received](const late_beat& x) { received->late.push_back(x); },
  };
}

/// Beats when the test says so.
struct scripted_source : beat_source {
  scripted_source(int* alive_, beat_policy* followed_) : alive{alive_}, followed{followed_} {
    ++*alive;
  }
  void follow(const beat_policy& x) override {
    *followed = x;
  }
  ~scripted_source() override {
    --*alive;
  }
  int* alive;
  beat_policy* followed;
};

struct fixture : actor_fixture {
  received_messages received;
  health_slot slot;
  int alive = 0;
  beat_policy followed;
  std::function<void(beat_batch)> beat;
  std::shared_ptr<clock_sampler_memory> memory = std::make_shared<clock_sampler_memory>();
  start_beat start = [this](const beat_policy&, std::function<void(beat_batch)> report) {
    beat = std::move(report);
    return std::make_unique<scripted_source>(&alive, &followed);
  };
  clock_sampler_impl aut = spawn(clock_sampler, actor_slot_ref{}, beat_policy{}, start, memory);

  fixture() {
    consume_messages(); // it starts to beat
  }
  ~fixture() override {
    finish();
  }
  void link() {
    const auto listener = spawn(probe, &received);
    caf::anon_send(aut, link_to{"pause-detector"}, caf::actor_cast<beat_sink_actor>(listener));
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(clock_sampler_tests, fixture)

CAF_TEST(a second of beats is handed on) {
  link();
  beat({{{}, 100ms, {1ms, 2ms}, {}, 0}, {}, {}});
  consume_messages();
  CAF_REQUIRE_EQUAL(received.readings.size(), 1u);
  CAF_CHECK_EQUAL(received.readings[0].lateness.size(), 2u);
  CAF_CHECK(received.late.empty());
}

CAF_TEST(a late beat is kept until someone acknowledges it) {
  const auto late = quiet_gap(2s);
  beat({{{}, 100ms, {1900ms}, {}, 0}, {late}, {}});
  consume_messages();
  CAF_CHECK_EQUAL(memory->pending.waiting.size(), 1u);
  link();
  CAF_REQUIRE_EQUAL(received.late.size(), 1u);
  CAF_CHECK(received.late[0] == late);
  CAF_CHECK(memory->pending.waiting.empty());
}

CAF_TEST(the beat goes on while its actor is away and nothing of it is lost) {
  CAF_CHECK_EQUAL(alive, 1);
  kill(aut);
  CAF_CHECK_EQUAL(alive, 1);
  const auto late = quiet_gap(2s);
  beat({{{}, 100ms, {1900ms}, {}, 0}, {late}, {}});
  aut = spawn(clock_sampler, actor_slot_ref{}, beat_policy{}, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(alive, 1);
  link();
  CAF_CHECK_EQUAL(received.late.size(), 1u);
}

CAF_TEST(an actor that was left behind takes no sink from its successor) {
  const auto late = spawn(clock_sampler, actor_slot_ref{&slot, 2}, beat_policy{}, start, memory);
  const auto successor = spawn(clock_sampler, actor_slot_ref{&slot, 3}, beat_policy{}, start, memory);
  consume_messages();
  const auto latest = spawn(clock_sampler, actor_slot_ref{&slot, 2}, beat_policy{}, start, memory);
  consume_messages();
  kill(late);
  kill(latest);
  kill(aut);
  aut = successor;
  link();
  beat({{{}, 100ms, {1900ms}, {}, 0}, {quiet_gap(2s)}, {}});
  consume_messages();
  CAF_CHECK_EQUAL(received.late.size(), 1u);
}

CAF_TEST(the beat keeps to the policy of the settings that hold now) {
  beat_policy stricter;
  stricter.late = 150ms;
  kill(aut);
  aut = spawn(clock_sampler, actor_slot_ref{}, stricter, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(alive, 1);
  CAF_CHECK(followed == stricter);
}

CAF_TEST(a late beat that was in the mailbox of an actor that died is reported by its successor) {
  link();
  caf::anon_send(aut, drill{});
  beat({{{}, 100ms, {1900ms}, {}, 0}, {quiet_gap(2s)}, {}}); // behind the drill
  consume_messages();
  CAF_CHECK(received.late.empty());
  aut = spawn(clock_sampler, actor_slot_ref{}, beat_policy{}, start, memory);
  link();
  CAF_CHECK_EQUAL(received.late.size(), 1u);
}

CAF_TEST(what waits for an actor that stays away is bounded) {
  kill(aut);
  for (int i = 0; i < 1000; ++i)
    beat({{{}, 100ms, {1ms, 2ms}, {}, 0}, {quiet_gap(i == 7 ? 40s : 2s)}, {}});
  std::size_t late = 0, long_ones = 0;
  for (; memory->oldest_late(); ++late) {
    long_ones += memory->oldest_late()->after.at.awake - memory->oldest_late()->before.at.awake == 40s;
    memory->drop_late();
  }
  CAF_CHECK_EQUAL(late, clock_sampler_memory::most_late);
  CAF_CHECK_EQUAL(long_ones, 1u); // short ones fall off before it
  CAF_CHECK_EQUAL(memory->take().reading.lateness.size(), clock_sampler_memory::most_lateness);
}

CAF_TEST(what the host does not count is on the health page) {
  kill(aut);
  beat_batch first{{{}, 100ms, {1ms}, {}, 0}, {}, {}};
  first.shortfalls = {"its page faults", "the time taken by the hypervisor"};
  beat(first);
  aut = spawn(clock_sampler, actor_slot_ref{&slot}, beat_policy{}, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(slot.shortfall.read(), "its page faults, the time taken by the hypervisor");
  CAF_CHECK_EQUAL(slot.note.read(), "not counted or granted here: its page faults, the time taken by the hypervisor");
}

CAF_TEST(what the health page has no room for is counted there) {
  kill(aut);
  beat_batch first{{{}, 100ms, {1ms}, {}, 0}, {}, {}};
  const std::string part(100, 'x');
  first.shortfalls = {part, part, part, part};
  beat(first);
  aut = spawn(clock_sampler, actor_slot_ref{&slot}, beat_policy{}, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(slot.shortfall.read(), part + ", " + part + " and 2 more");
  CAF_CHECK_EQUAL(slot.note.read(), "not counted or granted here: " + part + ", " + part + " and 2 more");
}

CAF_TEST(steps of the clock that wait keep their own times) {
  kill(aut);
  const std::vector<clock_step> steps{{{1s, 1s, 20s}, 15s, 100ms}, {{30s, 30s, 34s}, -15s, 100ms}};
  for (const auto& step : steps)
    beat({{step.at, 100ms, {1ms}, {step}, 0}, {}, {}});
  beat({{{50s, 50s, 54s}, 100ms, {1ms}, {}, 0}, {}, {}});
  CAF_CHECK(memory->take().reading.steps == steps);
}

CAF_TEST(beats that fell off are counted on the health page) {
  kill(aut);
  for (int i = 0; i < 70; ++i)
    beat({{{}, 100ms, {1ms}, {}, 0}, {quiet_gap(2s)}, {}});
  beat({{{}, 100ms, {1ms}, {}, 3}, {}, {}}); // three were lost on their way
  aut = spawn(clock_sampler, actor_slot_ref{&slot, 4}, beat_policy{}, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(slot.dropped.load(), 6u + 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
