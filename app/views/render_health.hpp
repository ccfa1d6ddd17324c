// The human form of `pmactor inspect`. Pure but for the local time zone.
#pragma once

#include "actors/supervision/judge_health.hpp"
#include "app/views/terminal.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace pmactor {

/// Everything that `inspect` found out, in any of its forms.
struct health_view {
  health_verdict verdict;
  std::optional<health_report> report; ///< Absent if there is no page.
  std::optional<process_facts> facts;  ///< Absent if the daemon's process is gone.
  std::chrono::nanoseconds now_wall{};
};

/// @returns the view as lines, each with its line feed. Whatever the page holds, no control
/// character of it is among them.
std::string render_health(const health_view& view, const text_style& style);

} // namespace pmactor
