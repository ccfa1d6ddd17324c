// Reads the settings file, and reports all that is wrong with it at once.
#pragma once

#include "app/settings/settings.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What a settings file came to.
struct settings_read {
  settings values; ///< The defaults where the file says nothing, or something wrong.
  /// One sentence each, in the order of the file, safe for a terminal, e.g.
  /// "/home/ann/.config/pmactor/config.toml:12: log.max_files is 0, but must be …". Who finds any
  /// does not start.
  std::vector<std::string> problems;
  std::vector<std::string> warnings{}; ///< Sentences likewise, of what stops nothing.
  std::map<std::string, std::string> origins{}; ///< Where the keys that were set were set; by their names.
};

/// Reads the text of a settings file.
/// @param name what the problems call it.
settings_read parse_settings(std::string_view text, const std::string& name);

/// Reads a settings file; without one everything is at its default.
/// @param must_exist the user named the file, so it is a problem if it is not there.
settings_read read_settings(const std::filesystem::path& file, bool must_exist);

} // namespace pmactor
