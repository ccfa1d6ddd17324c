// The fixture of every actor test: time stands still until the test moves it, and the test ends without
// letting it run on. Include after support/test.hpp.
#pragma once

#include "actors/supervision/lived_clock.hpp"
#include "support/test.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace pmactor {

struct actor_fixture : test_coordinator_fixture<> {
  std::vector<caf::strong_actor_ptr> owned;
  lived_clock lived; ///< Beats while time is healthy; an advance_time() of its own is a pause.

  actor_fixture() {
    beat();
  }

  /// Spawns an actor that the fixture ends.
  template <class F, class... Ts>
  auto spawn(F f, Ts&&... xs) {
    auto handle = sys.spawn(f, std::forward<Ts>(xs)...);
    owned.push_back(caf::actor_cast<caf::strong_actor_ptr>(handle));
    return handle;
  }

  template <class Handle>
  void kill(const Handle& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    consume_messages();
  }

  /// Lets healthy time pass: in small steps, so that every timer fires when it is due.
  void live(std::chrono::nanoseconds span, std::chrono::nanoseconds step = std::chrono::milliseconds{50}) {
    for (; span > std::chrono::nanoseconds::zero(); span -= step) {
      advance_time(std::min(span, step));
      beat(std::max<std::chrono::nanoseconds>(step, std::chrono::milliseconds{100}));
      consume_messages();
    }
  }

  /// As live(), but the beat is dead: only the actors' own pulses keep the lived clock going.
  void live_without_beat(std::chrono::nanoseconds span) {
    constexpr std::chrono::milliseconds step{50};
    for (; span > std::chrono::nanoseconds::zero(); span -= step) {
      advance_time(step);
      consume_messages();
    }
  }

  void beat(std::chrono::nanoseconds period = std::chrono::milliseconds{100}) {
    lived.beat(now(), period);
  }

  /// The time that the actors see.
  std::chrono::nanoseconds now() {
    return sched.clock().now().time_since_epoch();
  }

  /// Ends every actor. A fixture whose actors refer to its own members calls this in its destructor.
  void finish() {
    for (auto& x : owned)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    owned.clear();
    sched.run(); // jobs only: no timer fires
    sched.clock().cancel_all();
    sched.run();
  }

  ~actor_fixture() override {
    finish();
  }
};

} // namespace pmactor
