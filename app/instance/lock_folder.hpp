// One daemon a data folder, for certain: the folder itself is locked for as long as the daemon lives.
// The kernel releases the lock with the process, so nothing can be left behind, and no file is written.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace pmactor {

/// Holds the lock. Children do not inherit it.
class folder_lock {
public:
private:
  explicit folder_lock(owned_descriptor fd) : fd_(std::move(fd)) {
  }
  friend std::optional<folder_lock> lock_folder(const std::filesystem::path&);
  owned_descriptor fd_;
};

/// @returns the lock, or nullopt if another process holds it. Never waits.
/// @throws std::system_error if the folder cannot be opened, saying so.
std::optional<folder_lock> lock_folder(const std::filesystem::path& folder);

} // namespace pmactor
