// Describes the problems of settings in a text of limited room. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// @param room in bytes; enough for a sentence.
/// @returns the problems, a line each. Where there is no room for all, the last line says how many more there are.
std::string describe_problems(const std::vector<std::string>& problems, std::size_t room);

} // namespace pmactor
