// A machine of a simulated fleet, as its metrics show it: what befalls it follows from its seed by the simulation's
// plan, its weather is the simulation's, and what becomes of both is decided by the decisions of the daemon. It has no
// actors, so that a process holds a thousand of them. Pure.
#pragma once

#include "actors/storage_writer/tally_events.hpp"
#include "actors/stress_scorer/join_sample.hpp"
#include "actors/system_metrics/compute_rates.hpp"
#include "app/export/compose_metrics.hpp"
#include "simulation/dice.hpp"
#include "simulation/faults.hpp"
#include "simulation/weather.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor::simulation {

/// A simulated hour is one of trouble without end; a machine of a fleet meets as much of it in this many hours.
inline constexpr int calm = 24;

class simulated_host {
public:
  /// @param actors the names of the daemon's actors, in start order.
  /// @param born on the wall clock. @param life for how long it can live; no longer.
  simulated_host(std::size_t number, const std::vector<std::string>& actors, std::chrono::nanoseconds born,
                 std::chrono::nanoseconds life);

  /// Lives on until so long after its birth, in steps of this length; a second is what the daemon does.
  void live(std::chrono::nanoseconds age, std::chrono::nanoseconds step = std::chrono::seconds{1});

  /// @returns its metrics as of now.
  std::string metrics(exposition_format format);

private:
  using nanoseconds = std::chrono::nanoseconds;

  nanoseconds wall() const {
    return born_ + age_;
  }
  actor_report& actor(const std::string& name);
  void suffer(const fault& x);
  void add_event(const char* kind, nanoseconds length, std::string cause = {}, std::string scope = {},
                 std::string detail = {});
  void count_beats(std::uint64_t seconds);
  void take_sample(nanoseconds step);

  nanoseconds born_;
  nanoseconds age_{};
  plan plan_;
  std::size_t next_fault_ = 0;
  dice dice_;
  weather weather_;
  metrics_input known_;
  std::vector<tallied_event> events_; ///< Not counted for good yet.
  event_counter counter_;
  std::int64_t last_event_ = 0;
  std::optional<system_counters> counters_;
  io_baseline baseline_;
  stress_scorer_policy policy_;
  std::optional<double> latency_; ///< Of the worst beat since the last sample.
  std::uint64_t ticks_ = 0;
};

} // namespace pmactor::simulation
