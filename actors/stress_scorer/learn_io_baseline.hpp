// Decides what is normal disk traffic on this machine, and what is a spike above it. Pure. A rate is
// compared first and learned afterwards: a baseline that had learned the spike would never show it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// Part of `[stress]` in the settings. Rates in bytes per second.
struct baseline_policy {
  double start = 10e6;              ///< Taken for normal before anything was learned.
  std::uint64_t learning = 60;      ///< Samples until the baseline is trusted.
  double fast = 0.1, slow = 0.001;  ///< Share of each new sample in the moving averages,
  double fast_learning = 0.3, slow_learning = 0.1; ///< and while learning.
  double spike_ratio = 10;          ///< A spike is over this many times the fast baseline,
  double spike_floor = 20e6;        ///< and over this: on an idle disk, ten times nothing is nothing.
  double learning_spike = 200e6;    ///< While learning, a spike is over this instead.
  std::uint64_t longest_spike = 60; ///< Samples. What lasts longer is the new normal, and is learned.
  friend bool operator==(const baseline_policy&, const baseline_policy&) = default;
};

/// What was learned. Rates in bytes per second.
struct io_baseline {
  double fast = 0, slow = 0;   ///< Moving averages over seconds, and over a quarter of an hour.
  std::uint64_t samples = 0;   ///< Compared so far.
  std::uint64_t in_spike = 0;  ///< Spikes on end, up to now.
  friend bool operator==(const io_baseline&, const io_baseline&) = default;
};

/// @returns the baseline that has learned nothing yet.
io_baseline start_learning(const baseline_policy& policy);

/// @returns whether this rate stands out from all that was learned before it.
bool is_spike(double rate, const io_baseline& baseline, const baseline_policy& policy);

/// Learns a rate after it was compared; not from spikes. @returns the new baseline.
io_baseline learn_rate(io_baseline baseline, double rate, const baseline_policy& policy);

/// The form in which a baseline is kept over a restart of the program.
std::string to_string(const io_baseline& x);

/// @returns the baseline that to_string() wrote; absent if the text is anything else.
std::optional<io_baseline> parse_baseline(std::string_view text);

} // namespace pmactor
