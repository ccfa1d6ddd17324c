// What stands above the settings file: the environment, and above that the command line. One value each,
// by the same table of keys. Pure but for the environment.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/settings/read_settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// A value for one key from elsewhere than the file.
struct setting_override {
  std::string key;
  std::string text;   ///< As typed.
  std::string origin; ///< "the environment (PMACTOR_LOG_LEVEL)" or "the command line".
};

/// @returns the environment variable of a key: PMACTOR_SAMPLING_NORMAL_INTERVAL for
/// "sampling.normal_interval".
std::string variable_of(const std::string& key);

/// @returns the keys that the environment sets. A variable that is empty is none.
std::vector<setting_override> overrides_of_environment(
  const std::function<std::string(const std::string& name)>& variable);

/// Variables that are named as ours are and set nothing.
struct unknown_variables {
  std::vector<std::string> problems; ///< Sentences: of those that look like a setting that was misspelt.
  std::vector<std::string> warnings; ///< Sentences: of the others, which may be another program's.
};
/// @param names of all variables that are set and not empty.
unknown_variables find_unknown_variables(const std::vector<std::string>& names);

/// @param assignment "KEY=VALUE", of the command line.
/// @returns nullopt if there is no equals sign.
std::optional<setting_override> override_of_flag(std::string_view assignment);

/// @returns the text as a value of this kind, e.g. "a, b" or "[\"a\", \"b\"]" as a list of two; nullopt if it is none.
std::optional<setting_value> value_from_text(setting_kind kind, std::string_view text);
/// The same for a setting, whose length of time may have its unit: "3s".
std::optional<setting_value> value_from_text(const setting& x, std::string_view text);

/// Puts the overrides over what was read, the later over the earlier. Their problems follow those of
/// the file.
void override_settings(settings_read& read, const std::vector<setting_override>& overrides);

/// Reads the settings as they hold: the file, the environment, the command line, and above all what
/// `pmactor enable` and `disable` have switched.
/// @param passing with the switches that end with the daemon; false for one that is just starting.
settings_read read_layered_settings(const place_flags& flags, bool passing = true);

} // namespace pmactor
