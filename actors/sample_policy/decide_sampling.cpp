#include "actors/sample_policy/decide_sampling.hpp"

#include <algorithm>

namespace pmactor {
namespace {

void count(std::uint32_t& on_end, bool again, std::uint32_t most) {
  on_end = again ? std::min(on_end + 1, most) : 0;
}

/// @returns whether the sample is to be stored.
bool choose_storage(mode_state& state, std::chrono::nanoseconds lived, const sampling_policy& policy) {
  const auto every = state.mode == sampling_mode::elevated ? policy.elevated_every : policy.normal_every;
  if (state.since_stored)
    *state.since_stored += lived;
  // Samples come a little early or late: nearest, not next. And "every period" is every sample.
  if (state.since_stored && every > policy.period && *state.since_stored + policy.period / 2 < every)
    return false;
  state.since_stored = std::chrono::nanoseconds{};
  return true;
}

} // namespace

double lasting_stress(const stress_score& x) {
  auto without_latency = x;
  without_latency.latency.reset();
  return without_latency.total();
}

mode_choice decide_sampling(mode_state& state, const scored_sample& sample, const sampling_policy& policy) {
  mode_choice choice;
  const auto stress = policy.learning ? 0 : lasting_stress(sample.stress);
  const auto lived = sample.system.lived;

  count(state.calm, stress < policy.calm_below, policy.calm_samples);
  if (state.mode == sampling_mode::normal && policy.elevation && stress >= policy.elevate_at) {
    state.mode = sampling_mode::elevated;
    choice.elevated = true;
  } else if (state.mode == sampling_mode::elevated) {
    state.elevated_for += lived;
    if (!policy.elevation || state.calm >= policy.calm_samples) {
      state.mode = sampling_mode::normal;
      state.elevated_for = {};
      choice.normal = true;
    }
  }

  count(state.relieved, stress < policy.relieved_below, policy.relieved_samples);
  if (!state.critical && stress >= policy.critical_at) {
    state.critical = true;
    choice.snapshot = true;
  } else if (state.critical) {
    state.critical_for += lived;
    if (state.relieved >= policy.relieved_samples) {
      choice.all_clear = state.alerted;
      state.critical = state.alerted = false;
      state.critical_for = {};
    } else if (!state.alerted && state.critical_for >= policy.alert_after) {
      state.alerted = true;
      choice.alert = true;
    }
  }

  choice.store = choose_storage(state, lived, policy);
  return choice;
}

std::string to_string(sampling_mode x) {
  return x == sampling_mode::elevated ? "elevated" : "normal";
}

std::string to_string(const mode_state& x) {
  return "mode_state{" + to_string(x.mode) + " for " + std::to_string(to_seconds(x.elevated_for))
         + " s" + (x.critical ? ", critical for " + std::to_string(to_seconds(x.critical_for)) + " s" : "")
         + (x.alerted ? ", alerted}" : "}");
}

std::string to_string(const mode_choice& x) {
  std::string result = "mode_choice{";
  auto add = [&](bool is, const char* word) {
    if (is)
      result += std::string{word} + ' ';
  };
  add(x.store, "store");
  add(x.elevated, "elevated");
  add(x.normal, "normal");
  add(x.snapshot, "snapshot");
  add(x.alert, "alert");
  add(x.all_clear, "all-clear");
  return result + '}';
}

} // namespace pmactor
