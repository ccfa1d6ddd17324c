// Which files of control groups have changed (inotify), so that only those are read. The kernel
// notifies of cgroup.events and memory.events, a write of what is written, and a new folder of the
// one that it is made in.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_set>

namespace pmactor {

class file_changes {
public:
  /// @param most watches: at most half of those that the user may have, as editors need them as well.
  explicit file_changes(std::size_t most = half_of_all());

  /// @param before the watch that this file had so far, which ends if another file is there now.
  /// @returns a watch of this file, or none: there is no such file, or too many are watched.
  std::optional<int> watch_file(const std::string& path, std::optional<int> before);
  /// @returns a watch of the folders that are made in this one.
  std::optional<int> watch_folder(const std::string& path);
  void forget(int watch);

  /// Takes what has changed since the last call. Never waits.
  void take();
  bool contains(int watch) const {
    return has_lost_ || changed_.contains(watch);
  }
  bool is_empty() const {
    return !has_lost_ && changed_.empty();
  }

private:
  static std::size_t half_of_all();
  std::optional<int> add(const std::string& path, unsigned mask, std::size_t most);

  owned_descriptor queue_;
  std::size_t most_, watches_ = 0;
  std::unordered_set<int> changed_;
  bool has_lost_ = false; ///< The kernel dropped some: all may have changed.
};

} // namespace pmactor
