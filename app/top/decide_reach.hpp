// Decides which time a stored sample stands for, where samples lie seconds apart: the time since the one before, but never
// a pause, a sleep or an outage between them, nor time before its daemon ran. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace pmactor {

struct top_event;

/// A stretch in which no sample was taken. Unix seconds.
struct recording_break {
  double from = 0, to = 0;
  bool has_ended_run = false; ///< Another daemon took the next sample.
  bool is_ordered = false;    ///< The run ended in good order: it recorded up to there.
  bool ends_in_boot = false;  ///< It ends when the machine was up again, and the daemon came later.
  friend bool operator==(const recording_break&, const recording_break&) = default;
};

/// @param events by when they began.
/// @returns the pauses, sleeps, outages and stops among them, in order; those that overlap as one.
std::vector<recording_break> find_breaks(const std::vector<top_event>& events);

/// A sample, as far as it matters for what it stands for.
struct sample_time {
  double at = 0;                  ///< Unix seconds.
  std::optional<double> interval; ///< Seconds over which it was measured.
  std::optional<double> before;   ///< When the sample before it was taken.
  bool is_late = false;           ///< It was measured over far more time than that one.
};

/// Which time a sample stands for, and which the sample before it.
struct sample_reach {
  std::optional<double> since;      ///< From here on it stands for the time; absent: for its own moment alone.
  double lived = 0;                 ///< Seconds since then, without breaks.
  bool is_after_break = false;      ///< A break ended there, so that the column in which it did is of this sample too.
  bool is_first_of_run = false;     ///< So it has none of the values that are measured from one sample to the next.
  std::optional<double> held_until; ///< The sample before stands for the time up to here, at which a break began.
  bool is_held_by_stop = false;     ///< That break is a stop in good order, so its begin is known.
  friend bool operator==(const sample_reach&, const sample_reach&) = default;
};

/// A break in which the daemon lived on takes the time apart: what is before it belongs to the sample before, what is
/// behind it to this one. The first sample of a run stands for the time since its daemon started, but after a boot for
/// no more than it was measured over; the last one of a run for the time up to a stop in good order.
/// Without a break that is known, one that was measured over far more time came after a pause of unknown begin, and
/// stands for its own moment.
/// @param breaks as find_breaks() returns them.
sample_reach decide_reach(const sample_time& sample, std::span<const recording_break> breaks);

} // namespace pmactor
