// Decides what the process that has to answer says of a stretch in which it did not: since when, and that it is the
// first suspect. Pure: what the kernel says of the process is an argument.
#pragma once

#include "messages/stall.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace pmactor {

/// What the kernel says of a process that has to answer.
struct server_look {
  serving_process is;
  std::optional<std::chrono::nanoseconds> last_ran; ///< On the awake clock; absent if the kernel does not say.
  friend bool operator==(const server_look&, const server_look&) = default;
};

/// @returns nothing if there is no such process, or the system does not show it.
using look_at_server = std::function<std::optional<server_look>(std::int64_t pid)>;

/// Completes what is known of the server of a stretch that lasts. One that is stopped or sleeps uninterruptibly has not
/// run since: then the stretch began, which a probe knows to be between its last two questions only.
/// @param found absent: of the stretch nothing is known but who felt it.
void judge_server(felt_stretch& x, const std::optional<server_look>& found);

/// @returns whether the state of the first one says more of why it does not answer than that of the second one.
bool says_more(const serving_process& a, const serving_process& b);

} // namespace pmactor
