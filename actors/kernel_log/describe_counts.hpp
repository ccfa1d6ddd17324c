// Decides what two counts that the kernel keeps say where its log cannot be read: that something
// happened, and not to which process. Pure.
#pragma once

#include "messages/match_incident.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace pmactor {

/// What is not counted is absent.
struct kernel_counts {
  std::optional<std::uint64_t> oom_kills;  ///< Processes that were killed for lack of memory.
  std::optional<std::uint64_t> hung_tasks; ///< Tasks that were blocked for minutes.
  friend bool operator==(const kernel_counts&, const kernel_counts&) = default;
};

/// @returns what grew, as lines of incidents.
std::vector<incident_line> describe_counts(const kernel_counts& before, const kernel_counts& after);

} // namespace pmactor
