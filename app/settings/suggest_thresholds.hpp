// Decides which thresholds suit a machine, from what was stored of it: the stress of its ordinary
// seconds and the stress that came before its pauses. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// How often which stress was seen; in tenths of a point, so that a month takes no room.
class stress_histogram {
public:
  /// Anything below 0 or that is no number counts as 0, above 100 as 100.
  /// @param weight in seconds: a sample stands for its interval.
  void add(double stress, double weight = 1);
  double seconds() const {
    return seconds_;
  }
  /// @returns the stress that this share (0–1) of the time does not exceed.
  double quantile(double share) const;
  /// @returns the share of the time with this much stress or more.
  double share_at_least(double stress) const;

private:
  std::array<double, 1001> seconds_of_{};
  double seconds_ = 0;
};

struct thresholds {
  double elevation = 30, calm = 20, critical = 60, relief = 45; ///< Points, as in `[sampling]`.
  friend bool operator==(const thresholds&, const thresholds&) = default;
};

struct suggestion {
  std::optional<thresholds> values; ///< Absent if too little was seen; the reasons say so.
  std::vector<std::string> reasons; ///< Sentences, in the order of the decision.
};

/// @param seen the stress of all samples.
/// @param before_pauses the stress of the last sample before each pause that was no sleep.
/// @param now what holds.
suggestion suggest_thresholds(const stress_histogram& seen,
                              const std::vector<double>& before_pauses, const thresholds& now);

/// @returns the text of a settings file in which the key has this value, comments and order kept.
std::string with_setting(std::string text, const std::string& key, const std::string& value);

/// @returns the text without what sets the key, a list of several lines as a whole, and without the heading of its
/// section if nothing else stands below that; comments and order kept.
std::string without_setting(std::string text, const std::string& key);

} // namespace pmactor
