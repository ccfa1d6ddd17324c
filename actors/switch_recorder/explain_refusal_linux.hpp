// Says why the kernel keeps no record, and what would have it agree.
#pragma once

#include <string>
#include <system_error>

namespace pmactor {

/// Of CPUs that were all refused as offline.
constexpr const char* no_cpu_answers = "no CPU stayed online while it was to be recorded";

/// @returns the setting of the kernel by which even a thread of one's own is recorded for root alone; nothing if it is
/// not that.
std::string restriction_of_perf();

/// Why nothing, or no more, is recorded.
struct recorder_refusal {
  std::string why{};     ///< With the remedy, for people. It fits into a note of the health page.
  std::string command{}; ///< What mends it, for a shell; empty if no command does.
};

/// @returns why a ring (perf_ring) was refused.
recorder_refusal explain_refusal(const std::system_error& e);

} // namespace pmactor
