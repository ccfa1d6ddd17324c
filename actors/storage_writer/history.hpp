// The database as the STORAGE WRITER sees it, so that tests can put one in its place that is locked,
// full, failing or slow.
#pragma once

#include "actors/storage_writer/decide_retention.hpp"
#include "actors/storage_writer/decide_storage_failure.hpp"
#include "messages/forensics.hpp"
#include "messages/pause.hpp"
#include "messages/sample.hpp"
#include "messages/storage.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace pmactor {

/// What can be stored.
using history_row
  = std::variant<scored_sample, remember, event_record, event_amendment, capture_report>;

/// What a batch did.
struct prune_result {
  std::size_t samples = 0;
  std::size_t events = 0; ///< With their folders.
  bool more = false;      ///< Another batch has something left to do.
};

struct history_size {
  std::uint64_t samples = 0; ///< From the first row's id to the last one's.
  std::uint64_t bytes = 0;   ///< On disk, with the log that is not yet merged in.
};

/// One open database. Every call may wait for the disk, and throws storage_problem.
class history_port {
public:
  virtual ~history_port() = default;

  /// Commits all rows in one transaction, or none. Idempotent: a sample or an event that was committed
  /// before is skipped, an amendment changes nothing when it comes again.
  /// @returns how many samples are new.
  virtual std::size_t store(std::span<const history_row> rows) = 0;

  /// Removes what is too old, one batch.
  virtual prune_result prune(const prune_order& order) = 0;

  /// @returns the folders of pinned events, as they are in the database.
  virtual std::vector<std::string> pinned_folders() = 0;

  virtual history_size size() = 0;

  /// @returns what was stored as *remember* under this key, if anything. One that remembers nothing need
  /// not say so.
  virtual std::optional<std::string> recall(const std::string&) {
    return std::nullopt;
  }

  /// What was found when it was opened, for the log; with the alarm.
  virtual const std::string& opened() const = 0;

  /// What opening found that a user must know (an unclean end, a damaged file); else empty.
  virtual const std::string& alarm() const = 0;

  /// Closes the database and keeps its files under another name. Call nothing but the destructor then.
  /// @returns where they are now, in words.
  virtual std::string set_aside(const std::string& why) = 0;

  /// Marks an orderly end of this run and merges the log into the file. Call nothing but the destructor
  /// then.
  virtual void end() = 0;
};

/// What to do with a damaged database when it is opened.
enum class damaged_file : std::uint8_t {
  refuse,    ///< Throw storage_problem.
  set_aside, ///< Keep it under another name, and begin a new one.
};

/// Opens the database, or throws storage_problem.
using open_history = std::function<std::unique_ptr<history_port>(damaged_file what)>;

} // namespace pmactor
