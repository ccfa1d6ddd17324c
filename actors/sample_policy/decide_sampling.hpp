// Decides how closely the machine is watched, which samples are stored, and when an alert is raised. Pure:
// all time comes from the samples. A sample stands for what was lived of its interval: a pause of the host is
// in no duration here.
//
// Stress is judged without its latency part: a late beat is what is to be explained, and must not feed
// itself. There is hysteresis: normal turns elevated at once and goes back after some calm samples, at a lower
// threshold; likewise for critical. An elevated machine may
// have critical episodes, each with one snapshot, one alert if it lasts, and one all-clear if there was
// an alert.
#pragma once

#include "actors/sample_policy/sampling_policy.hpp"
#include "messages/sample.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

enum class sampling_mode : std::uint8_t { normal, elevated };

/// What is known from the samples so far.
struct mode_state {
  sampling_mode mode = sampling_mode::normal;
  bool critical = false;
  bool alerted = false; ///< In this critical episode.
  std::uint32_t calm = 0, relieved = 0; ///< Samples on end, up to now.
  std::optional<std::chrono::nanoseconds> since_stored; ///< Lived; absent before the first one.
  std::chrono::nanoseconds elevated_for{}; ///< Lived in this mode, if elevated.
  std::chrono::nanoseconds critical_for{}; ///< Lived in this episode, if critical.
  friend bool operator==(const mode_state&, const mode_state&) = default;
};

/// What to do about one sample.
struct mode_choice {
  bool store = false;
  bool elevated = false;  ///< The mode has just become elevated,
  bool normal = false;    ///< or normal again.
  bool snapshot = false;  ///< A critical episode has just begun: take a snapshot, once.
  bool alert = false;     ///< The episode lasts: raise an alert, once.
  bool all_clear = false; ///< An episode that had its alert is over.
  friend bool operator==(const mode_choice&, const mode_choice&) = default;
};

/// The stress that counts for modes: without latency.
double lasting_stress(const stress_score& x);

/// Takes one sample. @returns what to do, and leaves what is known in *state*.
mode_choice decide_sampling(mode_state& state, const scored_sample& sample, const sampling_policy& policy);

std::string to_string(sampling_mode x);
std::string to_string(const mode_state& x);
std::string to_string(const mode_choice& x);

} // namespace pmactor
