// Decides what is known of a span of time: whether anything held the machine up, for how long, by
// what, how much of the span was lived, and what is not known of it. Pure: the record and the
// present are arguments.
#pragma once

#include "app/explain/stretches.hpp"
#include "app/history/find_gaps.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// What an event says of the time that it takes.
enum class span_effect : std::uint8_t {
  off,         ///< The machine, or the daemon with it, did not run (an outage).
  asleep,      ///< The machine slept.
  paused,      ///< Nothing ran.
  unwitnessed, ///< pmactor, perhaps with its child, did not run; whether others did was not seen.
  stalled,     ///< The machine ran, and something of it did not answer.
  slowed,      ///< The machine ran, slower than it can.
  reported,    ///< The kernel or another program reported trouble; how long it lasted need not be
               ///< known.
  clock_set,   ///< The wall clock was set: times on both sides of it do not compare.
  alone,       ///< pmactor alone was paused, and the machine ran on.
  noted,       ///< Worth a word, and held nothing up: critical stress.
};

/// An event, as much as matters here. Times are Unix seconds.
struct span_event {
  std::int64_t id = 0; ///< The short number.
  span_effect effect = span_effect::paused;
  std::string kind;       ///< As stored.
  stretch time;           ///< Of one that lasts: until the present.
  double uncertainty = 0; ///< Of begin and end, either way, in seconds.
  bool lasts = false;     ///< Its end is not known yet.
  std::string scope;      ///< What it held up, where that need not be the machine; else empty.
  std::string cause;      ///< As stored. Foreign bytes.
  std::string why;        ///< The cause, as half a line for people. Foreign bytes.
  std::string who;        ///< The likeliest suspect; empty if none. Foreign bytes.
  std::string called{};   ///< What people call the kind, where that is another word. Foreign bytes.
  friend bool operator==(const span_event&, const span_event&) = default;
};

/// That nothing newer than some seconds is stored although the daemon is there: what goes on is not recorded yet.
struct open_end {
  stretch time;            ///< From the newest sample to the present.
  bool is_held_up = false; ///< The daemon does not get on; else it runs, and what it saw is not stored yet.
  std::string why;         ///< How the daemon is, as a sentence without its full stop. Foreign bytes.
  friend bool operator==(const open_end&, const open_end&) = default;
};

/// What the history holds about a span and some time around it.
struct span_record {
  std::vector<span_event> events; ///< In any order.
  /// Where two stored samples lie further apart than they do while the daemon runs, before the
  /// first and after the last as well: from the one sample to the next.
  std::vector<stretch> holes;
  std::optional<open_end> open;
  std::optional<double> begins; ///< The oldest sample of all; absent if it is older than the span, or there is none.
  bool is_empty = false;        ///< There is no sample at all.
  std::optional<double> over_since; ///< When the daemon was there last, if it is there no more.
};

/// When the record counts as one.
struct record_policy {
  /// Seconds from one stored sample to the next while the machine is calm. Where samples lie regularly further apart,
  /// as they were stored by other settings, that is no gap either.
  double every = usual_step;
  double least_pause = 0.2; ///< Seconds; a shorter pause is none.
  double nearby = 60;       ///< Events so many seconds before or after the span are worth a word.

  /// Two samples that lie further apart, with nothing between that explains it, have a gap between
  /// them.
  double longest_step() const {
    return every + step_slack;
  }
};

/// Finds the holes of a record, sample by sample.
class hole_finder {
public:
  /// @param from where the search begins, if no sample is older.
  hole_finder(double from, const record_policy& policy)
    : last_{from}, limit_{policy.longest_step()} {
  }
  /// Takes the time of the newest sample before the search, if there is one.
  void before(double time) {
    last_ = time;
  }
  /// Takes the next sample, in the order of time.
  void add(double time) {
    if (is_overdue(last_, time, limit_))
      holes_.push_back({last_, time});
    last_ = time;
  }
  /// @param until where the search ends, or the present.
  /// @returns the holes.
  std::vector<stretch> end(double until) {
    add(std::max(until, last_));
    return std::move(holes_);
  }

private:
  double last_, limit_;
  std::vector<stretch> holes_;
};

enum class span_verdict : std::uint8_t {
  clear,   ///< All of it is recorded, and nothing held it up.
  held_up, ///< Something did, or the clock was set.
  unknown, ///< Nothing is known to have, but not all of it is recorded.
};

/// An event that reaches into the span.
struct span_finding {
  span_event event;
  double overlap = 0;   ///< Seconds of it within the span.
  bool at_edge = false; ///< Only its uncertainty reaches into the span.
  friend bool operator==(const span_finding&, const span_finding&) = default;
};

struct span_answer {
  span_verdict verdict = span_verdict::unknown;
  stretch span;
  // Seconds of the span, each second in one of them.
  double off = 0, asleep = 0, paused = 0, unwitnessed = 0, not_recorded = 0, lived = 0;
  // Seconds of those lived.
  double stalled = 0, slowed = 0;
  /// Of the time that is known: lived, in percent; absent if nothing is known.
  std::optional<double> lived_pct;
  std::vector<span_finding> found;    ///< By when they began.
  std::vector<span_event> nearby;     ///< By when they began; that do not reach into the span.
  std::vector<stretch> gaps;          ///< Of the span, not recorded.
  // Of the seconds that are not recorded; the rest is one whose reason is not known.
  double ended = 0;       ///< pmactor did not run, by the outages and by its health page.
  double not_due = 0;     ///< It ran: from its last sample to its end, and from its start to its first one.
  double before_all = 0;  ///< Before the history begins.
  double to_come = 0;     ///< In the future.
  std::vector<std::int64_t> outages; ///< In which pmactor did not run, of those found;
  std::vector<std::int64_t> stops;   ///< and those that were ordered.
  std::optional<double> over_since;  ///< Since when it does not run, if that is part of the span.
  double longest_step = 0;           ///< Seconds; a gap of up to so long is not noticed.
  std::optional<double> begins;      ///< When the history begins, if it does within or after the span.
  std::optional<open_end> open;       ///< If it reaches into the span.
  std::vector<std::string> not_known; ///< Sentences.
};

/// @returns the kind of an event as people call it. Foreign bytes.
std::string kind_in_words(const span_event& x);

/// @returns when pmactor did not run: "outage 4", "stop 5, and since 2026-01-20 09:08:55". @pre It is known not to have
/// run.
std::string outage_words(const span_answer& x);

/// @param span its end is after its begin. @param now Unix seconds; what lies after it is not
/// known.
span_answer explain_span(const stretch& span, const span_record& record,
                         const record_policy& policy, double now);

} // namespace pmactor
