// Decides what of millions of samples a chart of a thousand points shows: of each stretch of time
// the lowest, the highest and the mean value, so that no spike vanishes, however far one looks
// from. Pure.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace pmactor::web {

/// What is known of one value over a stretch. None if it has no samples.
struct value_range {
  float low = std::numeric_limits<float>::quiet_NaN();
  float high = std::numeric_limits<float>::quiet_NaN();
  float mean = std::numeric_limits<float>::quiet_NaN();

  bool is_known() const {
    return !std::isnan(mean);
  }
};

/// Points in time, each with a range for every value.
struct envelope {
  std::vector<double> at; ///< Unix seconds, ascending; the middle of each stretch.
  std::vector<std::vector<value_range>>
    series;        ///< As many as there are values, each as long as *at*.
  double step = 0; ///< The length of a stretch in seconds; 0: each point is a sample.
};

/// Breaks the lines of samples that are shown one by one where nothing was measured.
/// @param holes Unix seconds, from and to.
void break_lines(envelope& x, std::span<const std::pair<double, double>> holes);

/// Gathers samples, in order of time, into at most about so many points; as they are if they are
/// few.
class envelope_builder {
public:
  /// @param points at least 1.
  envelope_builder(double from, double to, std::size_t points, std::size_t values);

  /// A value that is absent is not a number.
  void add(double at, std::span<const double> values);

  /// @returns the envelope, with a point without values wherever samples are missing.
  envelope finish();

private:
  struct bucket {
    std::vector<value_range> ranges;
    std::vector<double> sums;
    std::vector<std::uint32_t> counts;
  };

  double from_, to_;
  std::size_t points_, values_;
  std::vector<double> raw_times_;
  std::vector<float> raw_; ///< As long as they are few.
  bool is_raw_ = true;
  std::vector<bucket> buckets_;

  void put(double at, std::span<const float> values);
};

/// Ranges of all samples, by half minutes and days, kept up to date: what is further off than a few
/// hours is drawn from it. Its size is bounded; the oldest days fall off.
class envelope_store {
public:
  static constexpr double step = 30;      ///< Seconds.
  static constexpr std::size_t days = 62; ///< At most.

  explicit envelope_store(std::size_t values);

  void add(double at, std::span<const double> values);
  /// Forgets the days that end before.
  void forget_before(double at);
  /// @returns whether anything is kept of that day.
  bool has_day(double at) const;

  /// @returns at most about so many points.
  envelope query(double from, double to, std::size_t points) const;

private:
  static constexpr double day = 86'400;
  static constexpr std::size_t buckets_a_day = 2880;
  struct day_block {
    std::vector<value_range> ranges; ///< By bucket, then by value.
    std::vector<std::uint16_t> counts;
  };

  std::size_t values_;
  std::map<std::int64_t, day_block> blocks_;
};

} // namespace pmactor::web
