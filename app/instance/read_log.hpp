// Reads the log as app/instance/log_file.hpp writes it: what a line says, which lines are asked for, and the
// files that it is spread over. The bytes are as foreign as those of any file.
#pragma once

#include "actors/supervision/log.hpp"
#include "actors/host/owned_descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

// ---- lines (pure) -----------------------------------------------------------------------------

/// A line taken apart. The views point into it.
struct log_record {
  std::string_view time; ///< As written, with its offset.
  std::chrono::nanoseconds wall{};
  log_level level = log_level::info;
  std::string_view component, event, sentence;
};

/// @param line without its line feed.
/// @returns nullopt for what log_file did not write, such as the last words of a crash.
std::optional<log_record> parse_log_line(std::string_view line);

/// Which records are asked for; everything by default.
struct log_filter {
  std::optional<std::chrono::nanoseconds> since; ///< On the wall clock, included.
  std::optional<log_level> level;                ///< This or worse.
  std::string component, event;                  ///< Empty: any.
};

/// @returns whether the line is asked for. A line that is no record is, as long as nothing is
/// asked.
bool passes(std::string_view line, const log_filter& filter);

/// @returns the level of this name; nullopt if it is none.
std::optional<log_level> parse_log_level(std::string_view name);
std::string to_string(log_level x); ///< As in the log.

/// @returns the line as it is if it is safe for a terminal, else escaped.
std::string shown_line(std::string_view line);

// ---- files
// ------------------------------------------------------------------------------------------

/// Takes a line without its line feed. A line of more than 64 KiB comes in parts.
using line_sink = std::function<void(std::string_view line)>;

/// The log and what was rotated out of it: pmactor.log, pmactor.1.log, … A look at one moment: what
/// is renamed or removed later is read as it was.
class log_snapshot {
public:
  /// @throws std::runtime_error if a file is there and cannot be read.
  explicit log_snapshot(const std::filesystem::path& file);

  bool empty() const {
    return parts_.empty();
  }

  /// @returns the last lines that pass, the oldest first. Reads backwards, and no more than it
  /// needs.
  std::vector<std::string> last_lines(std::size_t count, const log_filter& filter) const;

  /// Passes on each line that is asked for, the oldest first.
  void all_lines(const log_filter& filter, const line_sink& sink) const;

private:
  friend class log_follower;
  struct part {
    owned_descriptor fd;
    std::uint64_t device = 0, inode = 0;
    std::int64_t size = 0; ///< When it was opened; never read beyond.
    std::chrono::nanoseconds modified{};
  };
  std::vector<part> parts_; ///< The newest first.
};

/// Passes on lines as they come, over rotations, from where a snapshot ended.
class log_follower {
public:
  log_follower(std::filesystem::path file, const log_snapshot& from);

  /// Passes on all whole lines that have come since the last call.
  /// @throws std::runtime_error if the log cannot be read.
  void poll(const log_filter& filter, const line_sink& sink);

private:
  void drain(const log_filter& filter, const line_sink& sink);
  std::filesystem::path file_;
  owned_descriptor fd_;
  std::uint64_t device_ = 0, inode_ = 0;
  std::int64_t offset_ = 0;
  std::string rest_; ///< The begin of a line whose end is not written yet.
};

} // namespace pmactor
