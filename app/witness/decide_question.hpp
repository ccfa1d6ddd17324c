// Decides whether a desktop is asked for an answer at once instead of in its turn. Pure.
#pragma once

#include <chrono>
#include <optional>

namespace pmactor {

/// What the kernel says of the process that has to answer.
struct server_reading {
  std::chrono::nanoseconds at{};
  char state = '?';                    ///< As /proc has it.
  std::chrono::nanoseconds computed{}; ///< On the CPUs, in all.
};

/// To ask wakes a server that rests, so that it is done seldom. One that is stopped, that waits in
/// the kernel or that computed nearly all the time may not answer any more, and is not woken by it.
/// @param before the reading before, of the same process; absent if there is none.
bool asks_at_once(const std::optional<server_reading>& before, const server_reading& now);

} // namespace pmactor
