// Decides what the kernel's log shows. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "actors/host/parse_kernel_record.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// @returns the lines with their times on the wall clock, in UTC.
std::string kernel_log_text(const std::vector<kernel_line>& lines, const clock_sample& now);
std::vector<finding> find_in_kernel_log(const std::vector<kernel_line>& lines);

} // namespace pmactor
