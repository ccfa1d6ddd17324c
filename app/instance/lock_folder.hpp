// One daemon a data folder, for certain: a file in it is locked for as long as the daemon lives. The kernel
// releases the lock with the process, so nothing can be left behind. The file and not the folder itself, as
// every user who may look into a folder can hold a lock on it, and so keep the daemon from starting.
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
/// @throws std::system_error if the file in it cannot be made or opened, saying so.
std::optional<folder_lock> lock_folder(const std::filesystem::path& folder);

/// @returns whether a process holds the lock. Takes it for a moment, as there is no other way to ask, but
/// shares it with others who ask.
bool is_folder_locked(const std::filesystem::path& folder);

} // namespace pmactor
