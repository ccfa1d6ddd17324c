// The daemon as users have it: in the background, by the commands of the real program, with a data
// folder and an environment of its own.
#pragma once

#include "app/instance/places.hpp"

#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pmactor {

std::string content_of(const std::filesystem::path& file);
bool holds(const std::string& text, const std::string& part);

/// Leaves no daemon behind.
struct background_home {
  temporary_folder folder;
  std::filesystem::path data = folder.path / "data"; ///< Not there yet.
  places where;

  background_home();
  ~background_home();

  /// Runs `pmactor …  --data DATA`.
  program_result call(std::vector<std::string> arguments) const;

  /// @returns the processes that run `pmactor run` on this data, by their command lines.
  std::set<pid_t> daemons() const;

  /// Starts it, checks that this went well, and returns its pid.
  pid_t start(const std::vector<std::string>& more = {}) const;

  int status() const; ///< The exit code.

  /// Ends it by SIGKILL and waits until it is gone.
  static void crash(pid_t pid);
};

} // namespace pmactor
