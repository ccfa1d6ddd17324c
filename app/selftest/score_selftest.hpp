// Decides how well the daemon did: compares what was done to it with what it says it found. Pure.
#pragma once

#include "messages/pause.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A pause that was inflicted, or a load that may have led to some. Times in seconds since 1970.
struct inflicted {
  std::string kind;
  double started = 0, ended = 0;
  bool measured = true; ///< Its length is known: it must be found, with this length.
  /// What it may be called, the true one first. `unexplained` is no lie, and so always allowed.
  std::vector<pause_cause> causes{};
  std::optional<double>
    stored_after{}; ///< Seconds from its end until the daemon's row could be read.
  /// Of a load: it is known to hold the daemon up. Half of those of a kind must have led to a
  /// pause.
  bool must_be_found = false;
  /// The host counts enough for the daemon to know its cause. Half of the pauses of a kind must be
  /// called by it.
  bool must_be_named = false;
  /// It held up others and not the daemon: a stall is to be found. Of a load: a stall or a pause.
  bool is_stall = false;
};

/// A pause or a stall that the daemon found.
struct reported {
  double started = 0, ended = 0, duration = 0;
  pause_cause cause = pause_cause::unexplained;
  confidence sure = confidence::low;
  bool is_stall = false;
};

/// A stretch in which an observer of its own, with a higher priority, did not run either.
struct observed_gap {
  double started = 0, ended = 0;
};

struct kind_score {
  int done = 0;
  int hits = 0, misses = 0;
  std::vector<double> errors; ///< Of the durations, in seconds, signed.
  std::vector<double> delays; ///< Until the rows could be read.
  std::map<pause_cause, int> called; ///< What its pauses were called.
  int confidently_wrong = 0;
  int loads = 0, loads_found = 0; ///< Of the loads that must be found.
  int to_name = 0, named = 0;     ///< Of the pauses that must be named; by their true cause.

  /// Whether as much of it was found and named as the host allows. A single one may lie badly.
  bool enough() const {
    return loads_found * 2 >= loads && named * 2 >= to_name;
  }
};

struct selftest_score {
  std::map<std::string, kind_score> kinds;
  int invented = 0;        ///< Reported, but neither inflicted nor seen by the observer.
  int host_pauses = 0;     ///< Reported and seen by the observer, but not inflicted.
  int other_stalls = 0;    ///< Stalls that were not inflicted: it is not known whether they were real.
  bool good()
    const; ///< Nothing missed, invented or confidently wrong, and enough of all found and named.
};

selftest_score score_selftest(const std::vector<inflicted>& truth, const std::vector<reported>& found,
                              const std::vector<observed_gap>& observed);

/// @returns the middle value; 0 if there is none.
double median(std::vector<double> values);

/// @returns the value that nineteen of twenty do not exceed; 0 if there is none.
double p95(std::vector<double> values);

/// @returns the score as tables for a person.
std::string selftest_report(const selftest_score& score);
std::string selftest_json(const selftest_score& score);

} // namespace pmactor
