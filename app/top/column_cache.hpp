// Keeps the columns that were read, so that only what is new is read again: what lies in the past
// once, and of the present what was stored since the last look. Pure: how samples are read is an
// argument.
#pragma once

#include "app/top/find_pending.hpp"
#include "app/top/summarize_columns.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace pmactor {

/// Calls *row* with each sample from *from* on and before *until* (Unix seconds), in the order of
/// time.
using read_samples =
  std::function<void(double from, double until, const std::function<void(const sample_row&)>& row)>;

class column_cache {
public:
  /// @param longest seconds from one stored sample to the next.
  explicit column_cache(double longest) : longest_{longest} {
  }

  /// Looks at columns of this many seconds from now on; those of another width are forgotten.
  void look_at(double step, double now);

  /// Forgets what was read of the time from *from* on, so that it is read again: the seconds before an event are kept
  /// only once the event is known.
  void forget(double from, double now);

  /// Takes the breaks that are known by now, and forgets what was made without them.
  /// @returns whether they are others than before.
  bool know(std::vector<recording_break> breaks, double now);

  /// Reads what was stored since the last time.
  /// @returns whether anything was.
  bool follow(const read_samples& read, double now);

  /// Reads a part of what is missing of these columns, the newest first.
  /// @returns whether more is missing.
  bool fill(const read_samples& read, std::int64_t first, std::int64_t last);

  /// @returns those of these columns that are known and have samples.
  std::shared_ptr<const time_columns> columns(std::int64_t first, std::int64_t last) const;

  /// @returns the columns behind the newest sample of which the figures are yet to come.
  /// @param last_sign as for find_pending().
  std::vector<column_range> pending(double now, std::optional<double> last_sign) const;

private:
  void begin_tail(double now);
  /// Seconds around columns over which samples tell what these hold.
  double margin() const {
    return longest_ > column_maker::reach ? longest_ : column_maker::reach;
  }

  double longest_;
  recording_breaks breaks_ = std::make_shared<const std::vector<recording_break>>();
  double step_ = 0;
  double followed_ = 0;      ///< Up to this time, without it, samples were read as they came.
  std::int64_t present_ = 0; ///< Columns before this one are read by fill().
  std::optional<column_maker> tail_;
  time_columns past_;
  std::set<std::int64_t> known_; ///< Of the past.
};

} // namespace pmactor
