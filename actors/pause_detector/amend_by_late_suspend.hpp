// Decides whether a pause that nothing explained was a suspend, which the kernel counts only behind it. Pure.
#pragma once

#include "messages/pause.hpp"

#include <optional>

namespace pmactor {

/// The kernel counted a suspend soon after a pause.
/// @returns what amends the pause, if nothing else explains it: it was that suspend, in which no clock stood still.
std::optional<event_amendment> amend_by_late_suspend(const pause_event& pause, const clock_sample& now);

} // namespace pmactor
