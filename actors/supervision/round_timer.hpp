// Wakes its owner now and then, for what need not be on the dot: at whole periods of the actor clock,
// so that all who look after something wake the machine once, together, and not each at a moment of
// its own.
#pragma once

#include <caf/actor_clock.hpp>

#include <chrono>

namespace pmactor {

/// A member of its owner's state.
/// @tparam Message what the owner sends itself; a handler for it calls take().
template <class Message>
class round_timer {
public:
  /// @param period above zero.
  explicit round_timer(std::chrono::nanoseconds period) : period_(period) {
  }

  /// Call once; the first message comes at the next whole period.
  template <class Self>
  void start(Self* self) {
    const auto now = self->clock().now();
    due_ = now - now.time_since_epoch() % period_ + period_;
    constexpr unsigned at_once = 10; // each arming wakes CAF's clock, so not one by one
    for (armed_ = 0; armed_ < at_once; ++armed_)
      self->scheduled_send(self, due_ + armed_ * period_, Message{});
  }

  /// Call for each message.
  /// @returns whether to act on it: of those that come at once after a pause only the last counts.
  template <class Self>
  bool take(Self* self) {
    if (--armed_ == 0) {
      start(self);
      return true;
    }
    due_ += period_;
    return self->clock().now() < due_;
  }

private:
  std::chrono::nanoseconds period_;
  caf::actor_clock::time_point due_{}; ///< When the message that comes next is due.
  unsigned armed_ = 0;                 ///< Messages that are still to come.
};

} // namespace pmactor
