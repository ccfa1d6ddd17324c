// The stretch of time that `--since` and `--until` name together. Pure but for the local time zone.
#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// Unix seconds; absent where it is open.
struct time_range {
  std::optional<double> since; ///< Included.
  std::optional<double> until; ///< Left out.
};

/// As typed; empty where nothing was.
struct time_range_flags {
  std::string since, until;

  /// A time of the day is the last one; as the end of a range it is the first one after its begin.
  /// @throws usage_problem if one is no moment, or the end lies before the begin.
  time_range find(std::chrono::nanoseconds now) const;
  /// The same as of now.
  time_range find() const;
};

/// Adds `--since WHEN` and `--until WHEN` to the command. @param what is in the range: "events".
std::shared_ptr<time_range_flags> add_range_flags(CLI::App& verb, const std::string& what);

/// @returns the moment that the option names. @throws usage_problem if it is none.
std::chrono::nanoseconds moment_of(const std::string& option, const std::string& text, std::chrono::nanoseconds now);

} // namespace pmactor
