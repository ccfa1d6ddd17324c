// The sampler that is run where the settings name none.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pmactor {

/// @param by_coalition whether processes are billed to the app that they work for; our own sampler on Linux
/// always reports the control group.
/// @returns the command line of this platform's sampler at this interval: our own on Linux, Apple's
/// powermetrics on macOS.
std::vector<std::string> default_command(std::chrono::nanoseconds interval, bool by_coalition);

/// @returns what is run where the host refuses the one above: on macOS our own sampler, which needs no rights
/// but knows this user's processes only; none on Linux, and none for root, which is refused nothing.
std::vector<std::string> fallback_command(std::chrono::nanoseconds interval);

} // namespace pmactor
