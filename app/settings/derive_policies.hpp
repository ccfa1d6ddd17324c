// Derives each role's policy from the settings: what one section of the settings means for another role is
// decided here and nowhere else. A reload compares two of these to find the roles that it concerns.
#pragma once

#include "actors/clock_sampler/time_beat.hpp"
#include "app/settings/settings.hpp"

namespace pmactor {

/// What every role is started with.
struct role_policies {
  storage_writer_policy storage;
  notifier_policy notifications;
  forensics_supervisor_policy forensics;
  sampling_policy sampling;
  flight_recorder_policy flight_recorder;
  switch_recorder_policy switch_recorder;
  pause_detector_policy pauses;
  witness_keeper_policy stalls;
  kernel_log_policy incidents;
  group_watch_policy groups;
  speed_watch_policy slowed;
  stress_scorer_policy scorer;
  powermetrics_reader_policy powermetrics;
  beat_policy beat;
  exporter_policy exporter;
  supervisor_policy supervision;
  black_box_policy box;
  friend bool operator==(const role_policies&, const role_policies&) = default;
};

/// Pure.
role_policies derive_policies(const settings& x);

/// @returns the keys whose values differ, in the order of the default file. Pure.
std::vector<std::string> changed_settings(const settings& before, const settings& after);

} // namespace pmactor
