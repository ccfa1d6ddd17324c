// Decides what the STORAGE WRITER does when the database fails it, how much it prunes at a time, and how
// both are said. Pure: no database, no clock.
#pragma once

#include "actors/storage_writer/storage_writer_policy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace pmactor {

/// Why the database could not do what it was asked.
enum class storage_failure : std::uint8_t {
  busy,    ///< Another program holds the lock. Passes.
  full,    ///< No space left on the disk. Passes once there is room.
  io,      ///< The disk failed or went away. May pass.
  denied,  ///< Not allowed, read-only, or not a file at all. Passes once that is mended.
  moved,   ///< The file was renamed or deleted under us. A new one can be begun at once.
  corrupt, ///< The file is damaged, or no database: it is kept aside and a new one begun.
  newer,   ///< A later pmactor wrote it. It is left alone.
  foreign, ///< A sound database of another program. It is left alone.
  refused, ///< This row can never be stored; the others can.
  other,   ///< Not foreseen.
};
std::string to_string(storage_failure x);

/// The database could not do what it was asked.
struct storage_problem : std::runtime_error {
  /// @param sentence what was tried, why it failed and what to do.
  storage_problem(storage_failure failure, const std::string& sentence)
    : std::runtime_error(sentence), kind(failure) {
  }
  storage_failure kind;
};

/// How often the database was found damaged lately. Commits in between do not clear it, or a disk that
/// damages one file after the other would fill up with them.
struct damage_record {
  std::size_t count = 0;
  std::chrono::nanoseconds last{}; ///< On the actors' clock.
};

/// Notes another damage. @returns how many there were before it within the time that is remembered.
std::size_t note_damage(damage_record& record, std::chrono::nanoseconds now, const storage_writer_policy& policy);

/// @returns what the health page says of repeated damage; empty as long as there is nothing to say.
std::string describe_damage(damage_record record, std::chrono::nanoseconds now,
                            const storage_writer_policy& policy);

/// What to do about a failure.
struct storage_step {
  enum class act : std::uint8_t {
    wait,           ///< Keep the connection and try again.
    reopen,         ///< Close the connection, and try again with a new one.
    set_file_aside, ///< After the delay, move the file aside and go on with a new one.
    set_row_aside,  ///< Give this row up; its sender gets an error.
  };
  act what = act::wait;
  std::chrono::nanoseconds delay{}; ///< How long to wait before the next attempt.
  friend bool operator==(const storage_step&, const storage_step&) = default;
};
std::string to_string(const storage_step& x);

/// @param attempts how many have failed for this reason since the last success, before this one.
storage_step decide_storage_failure(storage_failure failure, std::size_t attempts,
                            const storage_writer_policy& policy);

/// @returns what the health page says while rows wait, e.g. "The database is locked by another program;
/// 37 rows wait for it."
/// @param sentence the words of the problem.
std::string describe_trouble(storage_failure failure, std::size_t waiting, const std::string& sentence);

/// @returns e.g. "1,234 samples, 12.3 MB".
std::string describe_history(std::uint64_t samples, std::uint64_t bytes);

/// @returns how many rows the next batch of a prune may remove, as the last one took that long.
std::size_t size_batch(std::size_t last, std::chrono::nanoseconds took, const storage_writer_policy& policy);

} // namespace pmactor
