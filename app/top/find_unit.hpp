// Asks the system in which unit or control group a process is.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

/// @param start_time of the process, in Unix seconds; one that has its number by now is another.
/// @returns its name for people, see name_unit(); empty if the process has ended, or the system has
/// no such groups.
std::string find_unit(std::int64_t pid, std::optional<double> start_time);

} // namespace pmactor
