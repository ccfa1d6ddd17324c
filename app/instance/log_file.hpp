// The log: where the lines of log_line() go. One line a record:
//   2026-01-20T09:08:55.123+01:00 warning storage-writer database-busy: The database …
// Lines are taken over by a thread of their own, so that what logs never waits for a disk;
// when it cannot keep up, the oldest waiting lines are dropped, counted, and the loss is logged.
// A log that is removed or moved while it is open is made anew, and says so.
#pragma once

#include "actors/supervision/log.hpp"
#include "app/instance/log_echo.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace pmactor {

/// `[log]` in the settings.
struct log_settings {
  log_level level = log_level::info;   ///< What is less important than this is dropped.
  std::uint64_t max_size = 10'000'000; ///< Bytes; a full file is kept as pmactor.1.log.
  std::uint32_t max_files = 5;         ///< How many full ones are kept.
};

/// The open log. From its construction to its destruction log_line() goes here; one at a time.
class log_file {
public:
  /// Opens the file (0600) for appending, and makes it the sink of log_line().
  /// @param echo where `info` and above go too.
  /// @throws std::runtime_error with one sentence if the file cannot be opened for writing.
  log_file(const std::filesystem::path& file, const log_settings& how, log_echo echo);
  /// Writes what still waits, for 200 ms at most: then a stuck disk keeps the rest. exit() would
  /// wait for that disk too, so a program that must end on time ends by std::_Exit().
  ~log_file();
  /// Waits until all lines so far are written or lost, for 200 ms at most.
  /// @returns whether they are.
  bool drain();
  /// @returns why lines are lost at present, as a sentence; empty while all is well. Where they are, the file is
  /// tried again, so that it recovers without waiting for a line. To be asked once a second, by one thread; never
  /// waits for the disk.
  std::string trouble();
  /// Takes up other settings: the level at once, sizes with the next line.
  void follow(const log_settings& how);
  log_file(const log_file&) = delete;
  log_file& operator=(const log_file&) = delete;

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace pmactor
