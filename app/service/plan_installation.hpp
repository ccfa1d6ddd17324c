// Decides what installing and removing the service takes: which files, which commands, in which order.
// Pure: nothing is looked at and nothing is done, so that all of it can be shown first.
#pragma once

#include "app/instance/places.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

enum class service_manager : std::uint8_t { systemd, launchd };

/// What the host says of where the program lies.
struct program_place {
  bool is_temporary = false;          ///< Below a folder that is emptied at boot.
  std::filesystem::path build_folder; ///< Above it; empty if it is in none.
  std::string
    replaceable_by; ///< Which other users than root can replace it: "user 1000"; empty if none.
};

struct install_request {
  service_manager manager = service_manager::systemd;
  bool manager_runs = true; ///< Else what is written is read by none, and its commands fail.
  bool system = false;             ///< For the whole machine, else for one user.
  std::filesystem::path program;   ///< Absolute.
  std::vector<std::string> places; ///< Options for `run`: --data, --config, or none.
  std::filesystem::path home;      ///< Of the user.
  std::filesystem::path config;    ///< The user's folder for settings: $XDG_CONFIG_HOME.
  std::uint32_t uid = 0;
  /// What the shell has set and the service must have too, or it would be another daemon: names and
  /// values.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::filesystem::path> written; ///< The folders that the daemon writes to.
  std::filesystem::path settings;             ///< The file that it reads; empty if there is none.
  /// The settings name a program of the user's to run, of which nothing is known.
  bool runs_a_command = false;
  bool reaches_network = false; ///< The settings name a receiver of events or messages.
  std::filesystem::path textfile_folder; ///< Where metrics are written; empty if nowhere.
  bool greets_logins = false; ///< The host runs the programs of /etc/update-motd.d at each login.
  bool explains_journal = false; ///< The host's journal has catalogs, which `journalctl -x` shows.
  program_place lies;
  bool start = true; ///< Now, and at each boot or login; else only the files are written.
  /// macOS: what the daemon of a user may run as root, as the settings have it; empty where it needs no root.
  std::vector<std::vector<std::string>> privileged;
  std::string user; ///< The user's name, for sudoers.
  bool is_installed = true; ///< The service's file is there; else its manager has nothing to end.
};

struct install_step {
  enum class act : std::uint8_t { write, remove, run, check, make_folder };
  act what = act::write;
  std::filesystem::path file;        ///< What is written, made or removed.
  std::string content;               ///< Of it.
  unsigned mode = 0644;
  std::vector<std::string> command;  ///< What is run. A check only if its program is there.
  bool may_fail = false;             ///< The next steps are taken nevertheless.
  bool is_for_all = false;           ///< Folders that are made for it are open to all, whatever the umask.
  unsigned tries = 1;                ///< How often it is run, a second apart, until it succeeds.
  friend bool operator==(const install_step&, const install_step&) = default;
};

/// @returns the file that makes it a service.
std::filesystem::path service_file(const install_request& request);

/// @throws std::runtime_error, one sentence, if a path or name cannot be written in the service's file.
std::vector<install_step> plan_installation(const install_request& request);
std::vector<install_step> plan_removal(const install_request& request);

/// @returns what may go wrong with a service of this program in this place, a sentence or two each,
/// with what to do about it.
std::vector<std::string> list_warnings(const install_request& request);

/// @returns a sentence or two if the service manager does not run here; empty if it does.
std::string manager_warning(const install_request& request, bool removing);

/// @returns a line of sudoers that allows exactly this command with exactly these arguments.
/// @throws std::runtime_error if a word of it would mean more there than itself.
std::string sudoers_rule(const std::string& user, const std::vector<std::string>& command);

/// @returns the file for these rules. @throws std::runtime_error as above.
std::string sudoers_file_for(const std::string& user,
                             const std::vector<std::vector<std::string>>& commands);

/// @returns the word as systemd reads it: nothing in it is a specifier or a separator.
std::string systemd_word(const std::string& word);
/// The same for an argument of a command, where a dollar sign would begin a variable.
std::string systemd_argument(const std::string& word);

/// @returns the text for an XML element.
std::string xml_text(const std::string& text);

/// @returns the file of conf/ by this name, as it was when the program was built.
std::string_view conf_file(std::string_view name);

} // namespace pmactor
