// What an option takes for a number, and the sentence when it is given something else.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>

namespace pmactor {

/// @returns a check that only a whole number in this range passes; a sign is no part of one that starts at 0.
CLI::Validator whole_number(std::uint64_t least = 0, std::uint64_t most = std::numeric_limits<std::int64_t>::max());

/// @returns a check that only a number in this range passes.
CLI::Validator real_number(double least, double most);

} // namespace pmactor
