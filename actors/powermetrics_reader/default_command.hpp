// The sampler that is run where the settings name none.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pmactor {

/// @returns the command line of this platform's sampler at this interval: our own on Linux, Apple's
/// powermetrics on macOS.
std::vector<std::string> default_command(std::chrono::nanoseconds interval);

} // namespace pmactor
