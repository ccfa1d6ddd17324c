// Decides what follows when a child ends: OTP's restart types, strategies and restart intensity, and on
// top of them a back-off and the children without which the daemon goes on. Pure: time is an argument,
// and it is lived time, so that no pause of the host counts against anybody.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace pmactor {

/// Whether a child that ended is started again.
enum class restart_type : std::uint8_t {
  permanent, ///< Always.
  transient, ///< If it ended abnormally.
  temporary, ///< Never.
};

/// How a child ended. `shutdown` is an end that somebody ordered; like `normal` it is no failure.
enum class exit_kind : std::uint8_t { normal, shutdown, abnormal };

/// Who else is restarted with a child.
enum class restart_strategy : std::uint8_t {
  one_for_one,  ///< Nobody.
  rest_for_one, ///< Those started after it.
};

/// `[supervision]` in the settings.
struct restart_policy {
  std::uint32_t intensity = 10; ///< More restarts than this within the period are a failure for good.
  std::chrono::nanoseconds period = std::chrono::seconds{60};
  std::chrono::nanoseconds backoff_first = std::chrono::milliseconds{100}; ///< Before the second
                                                 ///< restart within the period; the first is at once.
  std::chrono::nanoseconds backoff_max = std::chrono::seconds{5}; ///< Doubles up to this.
};

/// The latest restarts.
class restart_history {
public:
  /// Notes a restart; *lived* is the lived clock.
  /// @returns how many there were within the policy's period of lived time, this one included; one
  /// more than the intensity stands for any number above it.
  std::size_t note(std::chrono::nanoseconds lived, const restart_policy& policy);

private:
  std::deque<std::chrono::nanoseconds> times_;
};

/// What is done about a child that is to be restarted.
enum class exit_action : std::uint8_t {
  restart, ///< It is started again after the delay, with those that the strategy takes along.
  give_up, ///< The intensity is exhausted.
};

/// @returns whether a child of this type that ended like this is to be restarted. OTP, "Restart type".
bool is_restarted(restart_type type, exit_kind kind);

/// @param restarts how many restarts fall within the period, the one to be decided included.
/// @returns restart, or give_up once there are more than the intensity allows. OTP, "Maximum restart
/// intensity": 0 means that the first failure is the last.
exit_action decide_restart(std::size_t restarts, const restart_policy& policy);

/// @param restarts as for decide_restart, but of this child alone.
/// @returns the delay: none for the first, then doubling from backoff_first up to backoff_max.
std::chrono::nanoseconds backoff(std::size_t restarts, const restart_policy& policy);

/// @returns which children are stopped (in reverse of this order) and started again (in this order)
/// when child *failed* of *children* is restarted; it is always the first.
std::vector<std::size_t> restarted_with(std::size_t failed, std::size_t children,
                                        restart_strategy strategy);

std::string to_string(restart_type x);
std::string to_string(exit_kind x);
std::string to_string(exit_action x);

} // namespace pmactor
