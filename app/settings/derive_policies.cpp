#include "app/settings/derive_policies.hpp"

namespace pmactor {

role_policies derive_policies(const settings& x) {
  role_policies result{x.storage, x.notifications, x.forensics, x.sampling, x.flight_recorder, x.switch_recorder,
                       x.pauses, x.stalls, x.incidents, x.groups, x.slowed, x.scorer, x.powermetrics, {}, x.exporter,
                       x.supervision, x.box};
  // While learning, the thresholds are not yet this machine's: what they find deserves neither a message nor
  // a capture.
  result.notifications.when.learning = x.sampling.learning;
  result.forensics.capture.enabled = x.forensics.capture.enabled && !x.sampling.learning;
  result.notifications.how.labels = x.exporter.labels;
  // The beat reports at once just what the PAUSE DETECTOR takes for a pause or a sleep: were its thresholds
  // higher, the detector would miss some; were they lower, it would be woken in vain.
  result.beat.late = x.pauses.find.least_lateness;
  result.beat.asleep = x.pauses.find.least_sleep;
  result.beat.reads_switches = x.switch_recorder.enabled;
  return result;
}

std::vector<std::string> changed_settings(const settings& before, const settings& after) {
  std::vector<std::string> result;
  for (const auto& x : all_settings())
    if (x.get(before) != x.get(after))
      result.push_back(x.key);
  return result;
}

} // namespace pmactor
