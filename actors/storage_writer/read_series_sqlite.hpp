// Reads chosen columns of the samples as bare numbers, quick enough for millions of them: what
// charts over days are drawn from. It never waits for the writer.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "actors/storage_writer/lay_out_row.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace pmactor {

/// A sample; a value that is absent is not a number.
struct series_row {
  std::int64_t id = 0;
  double at = 0;                  ///< Unix seconds.
  std::span<const double> values; ///< In the order of the columns; valid during the call only.
};

/// Every call throws storage_problem. Used by one thread at a time.
class series_reader {
public:
  /// @throws storage_problem if there is none, or it is no history of this version or an earlier
  /// one.
  series_reader(const std::filesystem::path& file, std::vector<sample_column> columns);
  ~series_reader();

  using each_row = std::function<bool(const series_row&)>;

  /// Calls *row* with each sample of [from, to), the oldest first, until it returns false.
  void between(double from, double to, const each_row& row);
  /// The same for those that were stored after the one with this id, in the order in which they
  /// were.
  void after(std::int64_t id, const each_row& row);

  /// @returns the times of the oldest and the newest sample; nothing if there is none.
  std::optional<std::pair<double, double>> extent();
  /// @returns the id of the one that was stored last; 0 if there is none.
  std::int64_t newest();

private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

} // namespace pmactor
