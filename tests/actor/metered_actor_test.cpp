#define CAF_SUITE metered_actor

#include "actors/supervision/metered_actor.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Runs until the kernel has counted so much of this thread.
void spin(std::chrono::nanoseconds length) {
  const auto ran = [] {
    return own_thread_times()
      .value_or(thread_times{std::chrono::steady_clock::now().time_since_epoch(), 0ns})
      .ran;
  };
  for (const auto until = ran() + length; ran() < until;)
    continue;
}

struct fixture {
  health_slot slot;
  actor_meter meter;
  caf::mailbox_element_ptr mail =
    caf::make_mailbox_element(nullptr, caf::make_message_id(), caf::no_stages, std::int32_t{7});

  fixture() {
    meter.attach({&slot, 1, 0, {}});
  }
  void handle(std::chrono::nanoseconds length) {
    meter.enqueued();
    meter.begin(*mail);
    spin(length);
    meter.end();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(metered_actor_tests, fixture)

CAF_TEST(a handler that took long is counted and where its time went is kept) {
  handle(1ms);
  CAF_CHECK_EQUAL(slot.slow.count.load(), 0u);
  handle(110ms);
  CAF_CHECK_EQUAL(slot.slow.count.load(), 1u);
  const std::chrono::nanoseconds took{slot.slow.took_ns.load()}, ran{slot.slow.ran_ns.load()},
    ready{slot.slow.ready_ns.load()};
  CAF_CHECK(took >= 110ms);
  CAF_CHECK_EQUAL(slot.slow.handler.read(), slot.handler.read());
  if (!own_thread_times()) {
    CAF_CHECK_EQUAL(ran.count(), -1);
    return;
  }
  // It did nothing but run, and wait for a CPU where others had it.
  CAF_CHECK(ran >= 110ms);
  CAF_CHECK(ran + ready <= took + 10ms);
  CAF_CHECK(ran + ready >= took - 20ms);
}

CAF_TEST(the longest stays when shorter ones follow) {
  handle(130ms);
  const auto took = slot.slow.took_ns.load();
  slot.slow.took_ns = std::chrono::nanoseconds{10s}.count(); // as if it had been longer
  handle(110ms);
  CAF_CHECK_EQUAL(slot.slow.count.load(), 2u);
  CAF_CHECK(slot.slow.took_ns.load() == std::chrono::nanoseconds{10s}.count());
  CAF_CHECK(took < slot.slow.took_ns.load());
}

CAF_TEST_FIXTURE_SCOPE_END()
