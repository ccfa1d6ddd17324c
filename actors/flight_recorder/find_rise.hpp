// Decides which part of the stress rose last, so that the sum became critical. Pure.
#pragma once

#include "messages/sample.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace pmactor {

enum class stress_part : std::uint8_t { load, memory, thermal, disk };

/// @param lead_up sample by sample, oldest first; the last is the one that is critical.
/// @returns the part that has most points above its mean of the samples just before; absent if none rose, or if nothing
/// is known of those. How late the own timers were is no part of what makes stress critical.
std::optional<stress_part> find_rise(const std::vector<stress_score>& lead_up);

} // namespace pmactor
