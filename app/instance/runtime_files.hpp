// The daemon's files in its runtime folder: PID file, launch note, switches. The folder lies where others
// clean up, at a logout or by age, so it is looked after for as long as the daemon runs.
#pragma once

#include "app/instance/pid_file.hpp"
#include "app/instance/places.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace pmactor {

class runtime_files {
public:
  /// @param kept further files of the folder, which are made anew with what they held.
  runtime_files(places where, pid_file claim, std::vector<std::filesystem::path> kept);

  /// Makes anew what is gone. One system call and a small read for each kept file while all is well, and all
  /// of it in memory wherever possible. From one thread.
  /// @returns what was made anew, as the end of a sentence; empty if nothing was.
  /// @throws std::runtime_error, one sentence, if it cannot be made anew.
  std::string check();

  /// As pid_file::remove(), from any thread of a process that ends by force.
  void remove_pid_file();

private:
  void remember();

  places where_;
  std::mutex mutex_; ///< Of the claim.
  pid_file claim_;
  std::map<std::filesystem::path, std::string> kept_; ///< Their content as last seen.
};

} // namespace pmactor
