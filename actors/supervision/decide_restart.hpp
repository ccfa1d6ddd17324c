// Decides what follows when a child ends: OTP's one_for_one strategy with permanent children, its restart
// intensity, and on top of it a back-off and the children without which the daemon goes on. Every child has
// work for as long as the daemon lives, and what a lost sibling held is sent to its successor again, so no
// other restart type or strategy has a use here. Pure: time is an argument, and it is lived time, so that no
// pause of the host counts against a child.
#pragma once

#include "actors/supervision/supervisor_policy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace pmactor {

/// The latest restarts.
class restart_history {
public:
  /// Notes a restart; *lived* is the lived clock.
  /// @returns how many there were within the policy's period of lived time, this one included; one
  /// more than the intensity stands for any number above it.
  std::size_t note(std::chrono::nanoseconds lived, const supervisor_policy& policy);

private:
  std::deque<std::chrono::nanoseconds> times_;
};

/// What is done about a child that is to be restarted.
enum class exit_action : std::uint8_t {
  restart, ///< It is started again after the delay.
  give_up, ///< The intensity is exhausted.
};

/// @param restarts how many restarts fall within the period, the one to be decided included.
/// @returns restart, or give_up once there are more than the intensity allows. OTP, "Maximum restart
/// intensity": 0 means that the first failure is the last.
exit_action decide_restart(std::size_t restarts, const supervisor_policy& policy);

/// @param early_failures how often the child failed in a row before it had handled anything, this one included.
/// @returns whether its successor is to start without what its predecessors left, as that may be what they die of: once
/// there were three.
bool drops_memory(unsigned early_failures);

/// @param restarts as for decide_restart, but of this child alone.
/// @returns the delay: none for the first, then doubling from backoff_first up to backoff_max.
std::chrono::nanoseconds restart_delay(std::size_t restarts, const supervisor_policy& policy);

std::string to_string(exit_action x);

} // namespace pmactor
