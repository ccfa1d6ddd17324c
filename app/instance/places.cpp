#include "app/instance/places.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <stdexcept>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

/// @returns the folder that an XDG variable names. The specification has relative ones ignored.
std::optional<fs::path> named_by(const surroundings& around, const char* variable) {
  const fs::path value = around.variable(variable);
  if (value.is_absolute())
    return value;
  return std::nullopt;
}

fs::path home_of(const surroundings& around) {
  const auto home = named_by(around, "HOME");
  return home ? *home : around.home;
}

/// @returns our folder under the one that the XDG variable names, or under its fall-back: for root
/// that of a service, so that root's commands and the service mean the same; else in the home folder.
/// Nothing if there is no home.
std::optional<fs::path> xdg_folder(const surroundings& around, const char* variable,
                                   const char* fall_back, const char* of_service) {
  if (const auto named = named_by(around, variable))
    return *named / "pmactor";
  if (around.uid == 0)
    return fs::path{of_service} / "pmactor";
  if (const auto home = home_of(around); !home.empty())
    return home / fall_back / "pmactor";
  return std::nullopt;
}

/// @returns the folder for what lives only as long as the daemon; nothing if another user or a full file
/// system stands in the way everywhere.
std::optional<fs::path> runtime_base(const surroundings& around) {
  const auto is_usable = [&around](const fs::path& folder) {
    return around.state_of(folder) != folder_state::unusable;
  };
  // The variable outlives the session that made the folder, and `su` hands it to another user.
  if (const auto named = named_by(around, "XDG_RUNTIME_DIR"); named && is_usable(*named))
    return *named / "pmactor";
  const auto uid = std::to_string(around.uid);
  if (const auto folder = fs::path{"/run/user"} / uid;
      around.state_of(folder) == folder_state::ours && around.in_memory(folder))
    return folder / "pmactor";
  if (!around.temporary.empty())
    return around.temporary / "pmactor";
  // In containers and small systems /run is often a folder of the disk.
  const fs::path of_service{"/run/pmactor"};
  if (around.uid == 0 && around.in_memory("/run") && is_usable(of_service))
    return of_service;
  const auto name = "pmactor-" + uid;
  if (const auto folder = "/dev/shm" / fs::path{name}; around.in_memory("/dev/shm") && is_usable(folder))
    return folder;
  if (const auto folder = around.uid == 0 ? of_service : "/tmp" / fs::path{name}; is_usable(folder))
    return folder;
  return std::nullopt;
}

/// @returns a name for a data folder, by FNV-1a of its path.
std::string short_name(const fs::path& folder) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : folder.native()) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016" PRIx64, hash);
  return text.data();
}

} // namespace

fs::path places::database() const {
  return data / "pmactor.db";
}

fs::path places::log_file() const {
  return log / "pmactor.log";
}

fs::path places::health_page() const {
  return runtime / "health";
}

fs::path places::pid_file() const {
  return runtime / "pmactor.pid";
}

fs::path places::lock_file() const {
  return data / "pmactor.lock";
}

places find_places(const surroundings& around, const place_options& options) {
  places result;
  if (options.settings) {
    result.settings = *options.settings;
    result.settings_named = true;
  } else if (const auto folder = xdg_folder(around, "XDG_CONFIG_HOME", ".config", "/etc")) {
    result.settings = *folder / "config.toml";
  }
  const auto usual_data = xdg_folder(around, "XDG_DATA_HOME", ".local/share", "/var/lib");
  if (options.data) {
    result.data = *options.data;
    result.data_named = true;
    result.log = result.data / "log";
  } else if (usual_data) {
    result.data = *usual_data;
    // The specification names no other root for it that would be there without a home.
    result.log = xdg_folder(around, "XDG_STATE_HOME", ".local/state", "/var/log")
                   .value_or(*usual_data / "log");
  } else {
    throw std::runtime_error(
      "Cannot find a place to keep data: neither HOME nor the password database "
      "names a home folder of user "
      + std::to_string(around.uid) + "; set HOME or name a folder with --data.");
  }
  if (const auto base = runtime_base(around))
    result.runtime = options.data && options.data != usual_data ? *base / short_name(*options.data) : *base;
  else
    result.runtime = result.data / "run"; // on a disk, but certainly this user's own
  return result;
}

} // namespace pmactor
