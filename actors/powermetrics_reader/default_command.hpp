// The sampler that is run where the settings name none.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pmactor {

/// @param by_coalition whether processes are billed to the app that they work for; our own sampler on Linux
/// always tells the control group.
/// @returns the command line of this platform's sampler at this interval: our own on Linux, Apple's
/// powermetrics on macOS.
std::vector<std::string> default_command(std::chrono::nanoseconds interval, bool by_coalition);

} // namespace pmactor
