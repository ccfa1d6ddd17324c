// The settings: what of every role's policy a user may change. One table of keys (list_settings.cpp)
// drives reading, checking (check_settings.cpp) and the commented default file (write_settings.cpp).
#pragma once

#include "actors/black_box/black_box_policy.hpp"
#include "actors/exporter/exporter_policy.hpp"
#include "actors/flight_recorder/compose_event.hpp"
#include "actors/forensics_supervisor/forensics_supervisor_policy.hpp"
#include "actors/group_watch/judge_groups.hpp"
#include "actors/kernel_log/group_incidents.hpp"
#include "actors/notifier/notifier_policy.hpp"
#include "actors/pause_detector/pause_detector_policy.hpp"
#include "actors/powermetrics_reader/decide_child_restart.hpp"
#include "actors/sample_policy/decide_sampling.hpp"
#include "actors/speed_watch/judge_speed.hpp"
#include "actors/storage_writer/decide_storage_failure.hpp"
#include "actors/stress_scorer/join_sample.hpp"
#include "actors/supervision/decide_restart.hpp"
#include "actors/switch_recorder/switch_recorder_policy.hpp"
#include "actors/witness_keeper/track_stalls.hpp"
#include "app/instance/log_file.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pmactor {

/// All that can be set, at its defaults. A default is the one of the role's own policy.
struct settings {
  sampling_policy sampling;
  stress_scorer_policy scorer;
  powermetrics_reader_policy powermetrics;
  storage_writer_policy storage;
  pause_detector_policy pauses;
  witness_keeper_policy stalls;
  kernel_log_policy incidents;
  group_watch_policy groups;
  speed_watch_policy slowed;
  flight_recorder_policy flight_recorder;
  switch_recorder_policy switch_recorder;
  notifier_policy notifications;
  forensics_supervisor_policy forensics;
  exporter_policy exporter;
  supervisor_policy supervision;
  black_box_policy box;
  log_settings log;
};

/// A value as a settings file holds it; whole numbers are doubles too.
using setting_value = std::variant<bool, double, std::string, std::vector<std::string>>;

/// What a key takes.
enum class setting_kind : std::uint8_t { yes_no, whole, number, word, list, text };

/// One key of the settings.
struct setting {
  std::string key; ///< With its section, e.g. "log.max_size".
  setting_kind kind = setting_kind::number;
  std::string about;              ///< A sentence or two for the user.
  std::string unit;               ///< Of a number, e.g. "seconds"; may be empty.
  double least = 0, most = 0;     ///< The range of a number; how many entries a list, or bytes a text, may have.
  std::vector<std::string> words; ///< What a word may be.
  std::function<setting_value(const settings&)> get;
  /// @pre check() found nothing wrong with the value.
  std::function<void(settings&, const setting_value&)> set;

  /// @param value nothing for what no key takes, such as a date.
  /// @returns what is wrong with it, as the end of a sentence that starts with the key, e.g. "is 0,
  /// but must be a number from 1 to 3600 seconds."; empty if nothing is.
  std::string check(const std::optional<setting_value>& value) const;
};

/// @returns a span with its units, such as "3s" or "500ms", in the unit of a setting that is a length of time;
/// nullopt for any other text or setting.
std::optional<double> span_for(const setting& x, std::string_view text);

/// A section of the settings and what it is about.
struct setting_section {
  std::string name;
  std::string about;
};

/// Every section, and every key of one section after the other, in the order of the default file.
const std::vector<setting_section>& setting_sections();
const std::vector<setting>& all_settings();

/// @returns the key's entry, or null.
const setting* find_setting(const std::string& key);

/// Two keys that are each right for themselves, but not together.
struct setting_conflict {
  std::string key, other;
  std::string sentence; ///< The end of the sentence that starts with *key*.
};
std::vector<setting_conflict> find_conflicts(const settings& x);

/// @returns the value as it is written in a settings file.
std::string to_toml(const setting_value& value);

/// @returns `name = value` and a line break, a long list over several lines.
/// @param lead stands at the front of each line.
std::string to_toml_line(const std::string& name, const setting_value& value,
                         const std::string& lead);

/// @returns a settings file that changes nothing: every key as a comment, with what it is about,
/// its range and its default.
std::string default_settings_file();

} // namespace pmactor
