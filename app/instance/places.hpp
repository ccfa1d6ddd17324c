// Where things are: the settings, the database, the log, and what lives only as long as the daemon.
// Follows the XDG Base Directory Specification. Finding them is pure; looking around and making
// folders is not, and stands at the end (places_posix.cpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What a folder would be to this user.
enum class folder_state : std::uint8_t {
  ours,     ///< It is there, belongs to the user, can be written to and has room.
  makeable, ///< It is not there, and the user may make it, and there is room for it.
  unusable,
};

/// What finding the places depends on.
struct surroundings {
  /// @returns the value of an environment variable; empty if it is not set.
  std::function<std::string(const std::string& name)> variable;
  std::filesystem::path home;      ///< The user's home by the password database; empty if unknown.
  std::filesystem::path temporary; ///< Where macOS keeps a user's temporary files; empty elsewhere.
  std::uint32_t uid = 0;           ///< The user this process acts for.
  std::function<folder_state(const std::filesystem::path&)> state_of;
  /// @returns whether a folder that is there lies in memory and not on a disk.
  std::function<bool(const std::filesystem::path&)> in_memory;
};

/// What the command line says about places.
struct place_options {
  std::optional<std::filesystem::path> settings; ///< `--config FILE`
  std::optional<std::filesystem::path> data;     ///< `--data DIR`, absolute and canonical
};

/// Where things are. Folders need not exist yet.
struct places {
  std::filesystem::path settings; ///< The settings; empty if there is no home to look in.
  bool settings_named = false;    ///< The user named the file, so it must be there.
  std::filesystem::path data;     ///< The database and whatever else must be kept.
  bool data_named = false;        ///< The user named the folder, so its mode is theirs to choose.
  std::filesystem::path log;
  /// Lock, health page: in memory wherever possible, so that a frozen disk cannot stop their
  /// writer. Two data folders never share one.
  std::filesystem::path runtime;

  std::filesystem::path database() const;
  std::filesystem::path log_file() const;
  std::filesystem::path health_page() const;
  std::filesystem::path pid_file() const;
  /// Held by what writes the history, so that one process does. Not the folder itself is locked: a
  /// folder that others may read, they may lock.
  std::filesystem::path lock_file() const;
  friend bool operator==(const places&, const places&) = default;
};

/// Decides where things are.
/// @throws std::runtime_error, saying what to do, if nothing says where the data should go.
places find_places(const surroundings& around, const place_options& options);

/// @returns the path made absolute and canonical as far as it exists: what `--data` stands for.
std::filesystem::path canonical_folder(const std::filesystem::path& path);

/// @returns the surroundings of this process.
surroundings look_around();

/// @returns the names of the environment variables that begin so and are not empty.
std::vector<std::string> variables_like(std::string_view lead);

/// Makes the folders of these places where they are missing, for this user alone (0700).
/// @throws std::runtime_error with one sentence on what is wrong: not a folder, not ours, not
/// writable.
void make_folders(const places& where);
/// The same for one of them alone.
void make_private_folder(const std::filesystem::path& folder);

/// The same for the runtime folder alone: waits for no disk where that lies in memory.
void make_runtime_folder(const places& where);

/// @returns whether the folder is there and lies in memory: what is written there waits for no
/// disk.
bool lies_in_memory(const std::filesystem::path& folder);

/// @returns the folder of the locks of what may not answer: the runtime folder where that lies in memory; else it is
/// empty, and nothing is locked: what asks one disk must not wait for the one that its lock would lie on.
std::filesystem::path question_folder(const places& where);

/// Leaves a link to the runtime folder in the data folder, by which commands with another
/// environment find this daemon. Only for the one that holds the data folder: others would hide it.
void link_runtime_folder(const places& where);

/// @returns the runtime folder of a daemon of this data that runs with another environment; empty
/// if it left no link, or nothing of ours is there.
std::filesystem::path find_other_runtime(const places& where);

/// @returns where the daemon of this data keeps its health page: the runtime folder, or, if no page
/// is there, the one that a daemon with another environment left a link to.
std::filesystem::path find_health_page(const places& where);

} // namespace pmactor
