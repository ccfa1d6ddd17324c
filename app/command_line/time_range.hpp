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

/// A moment as it was typed behind an option; empty where none was.
struct typed_moment {
  std::string option; ///< "--since"
  std::string text;
};

/// Reads the stretch between two moments, for every command that takes one. A time of the day is the last one that was,
/// at both ends.
/// @param ends_now if no end was typed, it is the present: then the begin lies in the past.
/// @throws usage_problem if one is no moment, or the end is not later than the begin.
time_range read_range(const typed_moment& begin, const typed_moment& end, std::chrono::nanoseconds now,
                      bool ends_now = false);

/// As typed; empty where nothing was.
struct time_range_flags {
  std::string since, until;

  /// @throws usage_problem as read_range().
  time_range find(std::chrono::nanoseconds now) const;
  /// The same as of now.
  time_range find() const;
};

/// Adds `--since WHEN` and `--until WHEN` to the command. @param what is in the range: "events".
std::shared_ptr<time_range_flags> add_range_flags(CLI::App& verb, const std::string& what);

/// @returns the moment that the option names. @throws usage_problem if it is none.
std::chrono::nanoseconds moment_of(const std::string& option, const std::string& text, std::chrono::nanoseconds now);

} // namespace pmactor
