#define CAF_SUITE round_timer

#include "actors/supervision/round_timer.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct look {};

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(look)

namespace {

using looker_actor = caf::typed_actor<caf::reacts_to<look>>;

struct looker_state {
  looker_state() = default;
  static constexpr const char* name = "looker";
  round_timer<look> timer{1s};
};

looker_actor::behavior_type looker(looker_actor::stateful_pointer<looker_state> self,
                                   std::vector<std::chrono::nanoseconds>* seen) {
  self->state.timer.start(self);
  return {[self, seen](const look&) {
    if (self->state.timer.take(self))
      seen->push_back(self->clock().now().time_since_epoch());
  }};
}

struct fixture : actor_fixture {
  std::vector<std::chrono::nanoseconds> seen;

  fixture() {
    // From a whole second on, whatever the clock of the tests begins with.
    advance_time(10s - now());
    spawn(looker, &seen);
    consume_messages();
  }

  ~fixture() override {
    finish();
  }
};

using times = std::vector<std::chrono::nanoseconds>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(it comes at whole periods) {
  live(400ms);
  CAF_CHECK(seen.empty());
  live(3s);
  CAF_CHECK(seen == (times{11s, 12s, 13s}));
  live(20s);
  CAF_CHECK_EQUAL(seen.size(), 23u);
  CAF_CHECK(seen.back() == 33s);
}

CAF_TEST(two that began at different moments come together) {
  std::vector<std::chrono::nanoseconds> others;
  live(300ms);
  spawn(looker, &others);
  live(2s);
  CAF_CHECK(seen == (times{11s, 12s}));
  CAF_CHECK(others == seen);
  finish();
}

CAF_TEST(of those that a pause held up only the last counts) {
  live(2s);
  advance_time(4s + 300ms);
  consume_messages();
  CAF_CHECK(seen == (times{11s, 12s, 16s + 300ms}));
  live(1s);
  CAF_CHECK(seen.back() == 17s);
}

CAF_TEST(it goes on after a pause that held up all that were armed) {
  live(2s);
  advance_time(60s + 300ms);
  consume_messages();
  CAF_CHECK(seen == (times{11s, 12s, 72s + 300ms}));
  live(15s);
  CAF_CHECK_EQUAL(seen.size(), 18u);
  CAF_CHECK(seen.back() == 87s);
}

CAF_TEST(the clock is disturbed once in ten periods) {
  std::size_t most = 0;
  unsigned arrangements = 0;
  auto before = sched.clock().schedule().size();
  for (int i = 0; i < 30; ++i) {
    live(1s);
    const auto waiting = sched.clock().schedule().size();
    arrangements += waiting > before ? 1 : 0;
    most = std::max(most, waiting);
    before = waiting;
  }
  CAF_CHECK_EQUAL(arrangements, 3u);
  CAF_CHECK_EQUAL(most, 10u);
}

CAF_TEST_FIXTURE_SCOPE_END()
