// Decides whether it is reported how often the machine switches between tasks: while it does so much, and for a while
// behind that, so that the receiver knows that it has ended. At rest nothing is reported, and none is woken up. Pure.
#pragma once

#include "actors/system_metrics/compute_rates.hpp"
#include "messages/switch_rate.hpp"

#include <chrono>
#include <optional>

namespace pmactor {

/// For so long it goes on behind the last second with much switching.
constexpr std::chrono::nanoseconds report_behind = std::chrono::seconds{15};

/// @param before the reading before; null without one.
/// @param last_much when there was much switching for the last time, on the awake clock; is kept up to date.
/// @returns the rate between the readings, if it is to be reported.
std::optional<switch_rate> decide_switch_report(const system_counters* before, const system_counters& now,
                                                std::optional<std::chrono::nanoseconds>& last_much);

} // namespace pmactor
