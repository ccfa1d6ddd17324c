// Asks the history of a simulation, as `pmactor explain` does, what was at a random moment, and
// holds the answer against what in truth was. On the wall clock, which people ask by.
#pragma once

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/explain/explain_span.hpp"
#include "messages/pause.hpp"
#include "simulation/dice.hpp"
#include "simulation/oracle_reach.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace pmactor::simulation {

class questions {
public:
  using nanoseconds = std::chrono::nanoseconds;
  /// Comes between the history and the answer, for the check of the oracle; may be empty.
  using defect = std::function<void(span_record&)>;

  // ---- what happens, each at the present on the wall clock

  /// Time has passed. @param is_calm nothing befell the machine or the daemon, which runs.
  void look(nanoseconds wall, bool is_calm);
  /// The machine stood still or slept, which the daemon must have seen.
  void stood_still(const clock_sample& began, const clock_sample& ended);
  /// That it did is stored.
  void committed(const pause_event& x);
  void daemon_ended(nanoseconds wall);
  void daemon_began(nanoseconds wall);
  /// The clock was set: times on both sides of it do not compare.
  void clock_set(nanoseconds from, nanoseconds to);
  /// The file was damaged: what is stored from now on waits until it is set aside.
  void damaged(std::chrono::nanoseconds wall);
  /// What was stored before is no longer there.
  void forgotten(nanoseconds wall);

  /// @throws violation if an answer is wrong.
  void ask(const std::filesystem::path& file, dice chance, const record_policy& policy,
           nanoseconds now, const defect& planted, strictness& reach) const;

private:
  struct truth {
    enum class kind : std::uint8_t { calm, still, down };
    kind what = kind::calm;
    stretch time;                     ///< In Unix seconds.
    std::chrono::nanoseconds ended{}; ///< Of one that stood still: on the clock that counts sleep.
    bool is_stored = false;
  };

  std::vector<truth> all_;
  std::vector<stretch> ambiguous_; ///< By steps of the clock.
  std::optional<double> calm_since_, down_since_;
  double looked_at_ = 0;
  std::optional<double> damaged_at_; ///< The file that is still there.
  stretch set_aside_;                ///< From the damage on until a new file was begun.
};

} // namespace pmactor::simulation
