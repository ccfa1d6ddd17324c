// The history: `pmactor.db`, written by one connection. It creates the file and its tables, brings those
// of an earlier version up to date, keeps a damaged file aside, stores, prunes.
#pragma once

#include "actors/storage_writer/history.hpp"
#include "actors/supervision/committing_thread.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace pmactor {

/// Written into every database: "pmac". A file with another mark belongs to another program.
inline constexpr int history_application_id = 0x706d6163;

/// The version of the tables that this program writes, in `user_version`.
inline constexpr int history_schema_version = 7;

struct history_place {
  std::filesystem::path file; ///< `pmactor.db` in the data folder; both are made where they are missing.
  /// Names this run of the daemon: a sample of a tick that this run has stored is not stored again.
  /// Unique among all runs that ever wrote to the file; without a colon.
  std::string run_id;
  std::chrono::milliseconds busy_timeout{100}; ///< How long a call waits for another program's lock.
  std::shared_ptr<committing_thread> committing = nullptr; ///< Set to the thread that commits; null if none asks.
};

/// An open database. Used by one thread at a time; any number of others, here and in other programs, may
/// have the same file open.
///
/// Kill −9 and power loss leave a sound database. Kill −9 loses only what was not committed; a power loss
/// may also take back the commits that the kernel had not yet written out by itself (on Linux, some 30 s),
/// at most those since the last checkpoint (some 60), never part of one.
class history final : public history_port {
public:
  /// Opens or begins the history, and takes in what keep_unstored() kept of an earlier run. A damaged file
  /// that is set aside is said by `opened`.
  /// @throws storage_problem if it is busy, not allowed, of a later version or another program's.
  explicit history(history_place place, damaged_file what = damaged_file::set_aside);
  ~history() override;

  std::size_t store(std::span<const history_row> rows) override;
  prune_result prune(const prune_order& order) override;
  std::vector<std::string> pinned_folders() override;
  history_size size() override;
  std::optional<std::string> recall(const std::string& key) override;
  const std::string& opened() const override;
  const std::string& alarm() const override;
  std::string set_aside(const std::string& why) override;
  void end() override;

private:
  std::unique_ptr<struct history_connection> connection_;
};

/// Keeps rows that the history did not take before the daemon's end, in a small history of their own beside
/// it; the next run takes them in.
/// @throws storage_problem.
void keep_unstored(const history_place& place, std::span<const history_row> rows);

} // namespace pmactor
