// Decides whether a child hangs in its handler, and what is done about it. Pure: times are arguments, and lived time,
// so that no pause of the host counts against a child.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace pmactor {

/// A child, and the handler that it is in.
struct hang_facts {
  bool is_running = false; ///< It is up, and was not asked to end.
  bool is_replaceable = false; ///< As in child_spec.
  std::size_t lingering = 0; ///< Its incarnations that were left behind and have not ended yet.
  std::chrono::nanoseconds handling_for{}; ///< Zero if it is in no handler.
  std::chrono::nanoseconds limit{}; ///< A handler that runs longer is a hang.
};

/// What is done about a child that hangs.
enum class hang_action : std::uint8_t {
  none,    ///< It does not hang.
  report,  ///< It hangs, and its thread or its memory is needed, or too many linger already: it is only said.
  replace, ///< It is left behind, and a successor started.
};

/// @returns whether a handler that has run for so long hangs. The one rule: for the SUPERVISOR, `inspect` and watchdogs.
/// @param handling_for, limit in lived time.
bool is_hang(std::chrono::nanoseconds handling_for, std::chrono::nanoseconds limit);

hang_action decide_hang(const hang_facts& x);

std::string to_string(hang_action x);

} // namespace pmactor
