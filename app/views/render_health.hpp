// The human form of `pmactor inspect`. Pure but for the local time zone.
#pragma once

#include "actors/supervision/judge_health.hpp"
#include "app/views/terminal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Everything that `inspect` found out, in any of its forms.
struct health_view {
  health_verdict verdict;
  std::optional<health_report> report; ///< Absent if there is no page.
  std::optional<process_facts> facts;  ///< Absent if the daemon's process is gone.
  std::vector<process_facts> children; ///< Of that process: the sampler, and tools that run just now.
  std::chrono::nanoseconds now_wall{};
};

/// What the daemon costs with its children, and with those that have ended. Memory that they share counts once.
struct process_cost {
  std::chrono::nanoseconds cpu{};
  std::optional<double> memory; ///< Bytes.
  std::size_t processes = 0;
};

/// @returns nothing if the process is gone.
std::optional<process_cost> cost_of(const health_view& view);

/// @returns the view as lines, each with its line feed. Whatever the page holds, no control
/// character of it is among them.
std::string render_health(const health_view& view, const text_style& style);

} // namespace pmactor
