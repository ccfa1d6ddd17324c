// One daemon a data folder, for certain: the folder itself is locked for as long as the daemon lives.
// The kernel releases the lock with the process, so nothing can be left behind, and no file is written.
#pragma once

#include <filesystem>
#include <optional>

namespace pmactor {

/// Holds the lock; move only. Children do not inherit it.
class folder_lock {
public:
  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&&) = delete;
  ~folder_lock();

private:
  explicit folder_lock(int fd) : fd_(fd) {
  }
  friend std::optional<folder_lock> lock_folder(const std::filesystem::path&);
  int fd_;
};

/// @returns the lock, or nullopt if another process holds it. Never waits.
/// @throws std::system_error if the folder cannot be opened, saying so.
std::optional<folder_lock> lock_folder(const std::filesystem::path& folder);

} // namespace pmactor
