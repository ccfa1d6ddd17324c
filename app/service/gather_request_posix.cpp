#include "app/service/gather_request.hpp"

#include "actors/host/own_program.hpp"
#include "actors/powermetrics_reader/compose_command.hpp"
#include "actors/powermetrics_reader/default_command.hpp"
#include "app/instance/places.hpp"
#include "app/settings/override_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <pwd.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

/// @returns which other users than root can replace what lies there, or one of the folders above
/// it; empty if none.
std::string replaceable_by(fs::path file) {
  for (;; file = file.parent_path()) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0)
      return {};
    // Where it is sticky, as /tmp is, only owners replace things.
    if ((facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0)
      return "every user";
    if (facts.st_uid != 0)
      return "user " + std::to_string(facts.st_uid);
    if ((facts.st_mode & S_IWGRP) != 0 && facts.st_gid != 0 && (facts.st_mode & S_ISVTX) == 0)
      return "the users of group " + std::to_string(facts.st_gid);
    if (!file.has_relative_path())
      return {};
  }
}

program_place look_at_program(const fs::path& program) {
  program_place result;
  std::error_code failed;
  std::vector<fs::path> emptied{"/tmp", "/var/tmp", "/dev/shm", "/run", "/private/tmp"};
  emptied.push_back(fs::canonical(fs::temp_directory_path(failed), failed));
  for (auto above = program.parent_path(); above.has_relative_path(); above = above.parent_path()) {
    for (const auto& x : emptied)
      result.is_temporary = result.is_temporary || above == x;
    if (result.build_folder.empty() && fs::exists(above / "CMakeCache.txt", failed))
      result.build_folder = above;
  }
  result.replaceable_by = replaceable_by(program);
  return result;
}

/// @returns the folders of a search path that mean the same wherever it is used; for root's service
/// only those that no other user can put a program into.
std::string lasting_path(const std::string& path, bool for_root) {
  std::string result;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find(':', begin), path.size());
    const auto folder = path.substr(begin, end - begin);
    const bool is_new = (':' + result + ':').find(':' + folder + ':') == std::string::npos;
    if (!folder.empty() && folder.front() == '/' && is_new && (!for_root || replaceable_by(folder).empty()))
      result += (result.empty() ? "" : ":") + folder;
    begin = end + 1;
  }
  return result;
}

/// @returns what the shell has set of what decides where the daemon's things are, how it is set,
/// and which programs it finds.
std::vector<std::pair<std::string, std::string>>
environment_for(const install_request& request,
                const std::function<std::string(const std::string&)>& variable) {
  std::vector<std::string> names{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"};
  // The runtime folder of a login goes with that login, and root's service has one of its own.
  if (const auto folder = variable("XDG_RUNTIME_DIR");
      !request.system && folder != "/run/user/" + std::to_string(request.uid))
    names.emplace_back("XDG_RUNTIME_DIR");
  for (const auto& x : all_settings())
    names.push_back(variable_of(x.key));
  std::vector<std::pair<std::string, std::string>> result;
  if (auto path = lasting_path(variable("PATH"), request.system); !path.empty())
    result.emplace_back("PATH", std::move(path));
  for (const auto& name : names)
    if (auto value = variable(name); !value.empty())
      result.emplace_back(name, std::move(value));
  return result;
}

std::string own_name() {
  const auto* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : "";
}

} // namespace

install_request gather_request(bool system, const place_flags& where) {
  const auto around = look_around();
  install_request result;
  result.system = system;
  result.program = own_program();
  result.places = where.arguments();
  result.uid = around.uid;
  const fs::path home = around.variable("HOME");
  result.home = home.is_absolute() ? home : around.home;
  const fs::path config = around.variable("XDG_CONFIG_HOME");
  result.config = config.is_absolute() ? config : result.home / ".config";
  result.user = own_name();
  if (system && result.uid != 0)
    throw std::runtime_error("A service of the whole machine can only be installed or removed by root; try `sudo`.");
  const auto found = where.find();
  const auto read = read_layered_settings(where);
  result.written = {found.data, found.log};
  result.settings = found.settings;
  result.runs_a_command = !read.values.notifications.how.command.empty();
  result.reaches_network
    = !read.values.notifications.how.webhook.url.empty() || !read.values.exporter.otlp.endpoint.empty();
  result.textfile_folder = fs::path{read.values.exporter.textfile}.parent_path();
  result.environment = environment_for(result, around.variable);
  std::error_code unknown;
  result.greets_logins = fs::is_directory("/etc/update-motd.d", unknown);
  result.explains_journal = fs::is_directory("/usr/lib/systemd/catalog", unknown);
  result.lies = look_at_program(result.program);
#ifdef __linux__
  result.manager_runs = fs::is_directory("/run/systemd/system", unknown); // as sd_booted(3) finds it
#endif
#ifdef __APPLE__
  result.manager = service_manager::launchd;
  auto command = read.values.powermetrics.command;
  if (command.empty())
    command = default_command(read.values.powermetrics.interval, read.values.powermetrics.coalitions);
  // What stands behind `sudo -n` is what needs root.
  if (command.size() > 2 && command[1] == "-n")
    for (const auto& x : with_fallbacks({command.begin() + 2, command.end()}))
      result.privileged.push_back(x);
#endif
  // What cannot be looked at may be there.
  result.is_installed = fs::symlink_status(service_file(result), unknown).type() != fs::file_type::not_found;
  return result;
}

} // namespace pmactor
