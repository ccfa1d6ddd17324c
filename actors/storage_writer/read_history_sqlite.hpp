// Reads the history beside its writer: for `history` and `status`, and for what the daemon remembers at
// its start. It never writes, never waits for the writer, and holds one row at a time.
#pragma once

#include "actors/storage_writer/decide_storage.hpp"
#include "actors/storage_writer/lay_out_row.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Which rows of `samples`, and in which order.
struct sample_range {
  std::optional<double> since; ///< Unix seconds, included.
  std::optional<double> until; ///< Unix seconds, left out.
  std::optional<double> stress_above;
  bool newest_first = true;
  std::size_t limit = 0; ///< 0 is all.
};

/// A read-only view of a history. What it holds is as foreign as any file: numbers that are none are
/// absent, texts are cut at 4 KiB and are to be escaped. Every call throws storage_problem.
class history_reader {
public:
  /// @throws storage_problem if there is none, or it is no history of this version or an earlier one.
  explicit history_reader(const std::filesystem::path& file);
  ~history_reader();

  /// Calls *row* with each sample in the range until it returns false.
  /// @returns how many it was called with.
  std::size_t samples(const sample_range& range, const std::function<bool(const sample_row&)>& row);

  /// @returns how many samples lie in the range, whatever its limit.
  std::size_t count(const sample_range& range);

  std::optional<sample_row> newest();

  /// @returns the processes of this sample as they were ranked, 256 at most.
  std::vector<process_sample> processes(std::int64_t sample_id);

  /// @returns what the daemon kept under this key.
  std::optional<std::string> recall(const std::string& key);

private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

} // namespace pmactor
