#define CAF_SUITE clock_sampler

#include "actors/clock_sampler/clock_sampler.hpp"

#include "support/actor_fixture.hpp"
#include "support/beats.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct told {
  std::vector<clock_reading> readings;
  std::vector<late_beat> late;
};
struct ear_state {
  ear_state() = default;
  static constexpr const char* name = "ear";
};

beat_sink_actor::behavior_type ear(actor_pointer<beat_sink_actor, ear_state>, told* heard) {
  return {
    [heard](const clock_reading& x) { heard->readings.push_back(x); },
    [heard](const late_beat& x) { heard->late.push_back(x); },
  };
}

/// Beats when the test says so.
struct scripted_source : beat_source {
  explicit scripted_source(int* alive_) : alive{alive_} {
    ++*alive;
  }
  ~scripted_source() override {
    --*alive;
  }
  int* alive;
};

struct fixture : actor_fixture {
  told heard;
  int alive = 0;
  std::function<void(beat_batch)> beat;
  std::shared_ptr<outbox_memory<late_beat>> memory = std::make_shared<outbox_memory<late_beat>>();
  start_beat start = [this](const beat_policy&, std::function<void(beat_batch)> tell) {
    beat = std::move(tell);
    return std::make_unique<scripted_source>(&alive);
  };
  clock_sampler_impl aut = spawn(clock_sampler, actor_seat{}, beat_policy{}, start, memory);

  fixture() {
    consume_messages(); // it starts to beat
  }
  ~fixture() override {
    beat = nullptr;
    finish();
  }
  void link() {
    const auto listener = spawn(ear, &heard);
    caf::anon_send(aut, link_to{"pause-detector"}, caf::actor_cast<beat_sink_actor>(listener));
    consume_messages();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(clock_sampler_tests, fixture)

CAF_TEST(a second of beats is handed on) {
  link();
  beat({{{}, 100ms, {1ms, 2ms}, 0ns, 0}, {}, {}});
  consume_messages();
  CAF_REQUIRE_EQUAL(heard.readings.size(), 1u);
  CAF_CHECK_EQUAL(heard.readings[0].lateness.size(), 2u);
  CAF_CHECK(heard.late.empty());
}

CAF_TEST(a late beat is kept until someone acknowledges it) {
  const auto late = quiet_gap(2s);
  beat({{{}, 100ms, {1900ms}, 0ns, 0}, {late}, {}});
  consume_messages();
  CAF_CHECK_EQUAL(memory->waiting.size(), 1u);
  link();
  CAF_REQUIRE_EQUAL(heard.late.size(), 1u);
  CAF_CHECK(heard.late[0] == late);
  CAF_CHECK(memory->waiting.empty());
}

CAF_TEST(the beat ends with the actor and begins with its successor) {
  CAF_CHECK_EQUAL(alive, 1);
  beat = nullptr;
  kill(aut);
  CAF_CHECK_EQUAL(alive, 0);
  aut = spawn(clock_sampler, actor_seat{}, beat_policy{}, start, memory);
  consume_messages();
  CAF_CHECK_EQUAL(alive, 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
