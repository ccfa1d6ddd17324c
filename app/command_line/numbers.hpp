// What an option takes for a number, and the sentence when it is given something else.
#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace pmactor {

/// @returns a check that only a whole number in this range passes; a sign is no part of one that starts at 0.
CLI::Validator whole_number(std::uint64_t least = 0, std::uint64_t most = std::numeric_limits<std::int64_t>::max());

/// What `-n all` stands for: more than there are of anything.
inline constexpr std::size_t no_limit = std::numeric_limits<std::int64_t>::max();

/// Adds `-n` to a command that lists something, with one meaning for all of them: 0 is none, as it is for tail and
/// journalctl, and all is all.
/// @param names e.g. "-n,--lines". @param count the default, and where the number goes.
CLI::Option* add_count_option(CLI::App& verb, const std::string& names, std::size_t& count, const std::string& what);

/// Adds `--watch [SECONDS]` to a command that shows how something is.
/// @param period from one frame to the next, a second where no number is given; absent to show it once.
CLI::Option* add_watch_option(CLI::App& verb, std::optional<std::chrono::nanoseconds>& period);

/// @returns a check that only a number in this range passes.
CLI::Validator real_number(double least, double most);

} // namespace pmactor
