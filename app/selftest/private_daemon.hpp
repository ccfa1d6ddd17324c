// The daemon that a self-test has for itself, with a folder, settings and a process group of its own.
#pragma once

#include "actors/host/start_process.hpp"
#include "app/selftest/inflict_pauses.hpp"

#include <filesystem>
#include <memory>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// A folder below that for temporary files; goes with its owner.
class private_folder {
public:
  /// @param keep leaves it there for the user.
  /// @throws std::runtime_error
  explicit private_folder(bool keep);
  ~private_folder();
  private_folder(const private_folder&) = delete;
  private_folder& operator=(const private_folder&) = delete;

  const std::filesystem::path& path() const {
    return path_;
  }

private:
  std::filesystem::path path_;
  bool keep_;
};

/// Runs from its construction on; is ended, by force if need be, with its owner.
class private_daemon {
public:
  /// @param settings in addition to the usual ones of a test, as lines of a settings file.
  /// @throws std::runtime_error
  private_daemon(const std::filesystem::path& folder, const test_groups& groups,
                 std::string_view settings = {});
  ~private_daemon();
  private_daemon(const private_daemon&) = delete;
  private_daemon& operator=(const private_daemon&) = delete;

  pid_t pid() const {
    return process_->pid();
  }
  /// The daemon and its sampler child.
  std::vector<pid_t> everyone() const;
  bool lives();

private:
  std::unique_ptr<running_process> process_;
};

} // namespace pmactor
