// Derives each role's policy from the settings: what one section of the settings means for another role is
// decided here and nowhere else. A reload compares two of these to find the roles that it concerns.
#pragma once

#include "actors/clock_sampler/time_beat.hpp"
#include "app/settings/settings.hpp"

namespace pmactor {

/// What every role is started with.
struct role_policies {
  storage_policy storage;
  notifier_policy notifications;
  forensics_policy forensics;
  mode_policy sampling;
  flight_recorder_policy recorder;
  switch_recorder_policy switches;
  pause_detector_policy pauses;
  stall_policy stalls;
  incident_policy incidents;
  group_policy groups;
  speed_policy slowed;
  scorer_policy scorer;
  reader_policy powermetrics;
  beat_policy beat;
  exporter_policy exporter;
  restart_policy supervision;
  black_box_policy box;
  friend bool operator==(const role_policies&, const role_policies&) = default;
};

/// Pure.
role_policies derive_policies(const settings& x);

/// @returns the keys whose values differ, in the order of the default file. Pure.
std::vector<std::string> changed_settings(const settings& before, const settings& after);

} // namespace pmactor
