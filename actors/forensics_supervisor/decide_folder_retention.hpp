// Decides which event folders go so that all together stay within their quota. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

struct kept_folder {
  std::string name; ///< Of a finished one; by its time, so that names sort by age.
  std::uint64_t bytes = 0;
  bool pinned = false;
  friend bool operator==(const kept_folder&, const kept_folder&) = default;
};

struct quota_choice {
  std::vector<std::string> remove; ///< The oldest first.
  std::uint64_t left = 0;          ///< Bytes that remain.
  bool is_kept = true;             ///< Whether what remains is within the quota.
  friend bool operator==(const quota_choice&, const quota_choice&) = default;
};

/// @param quota bytes; 0 for no limit.
/// @param keep the name of one that stays whatever it takes: the newest capture.
/// @returns the oldest that are not pinned, as many as are needed.
quota_choice decide_folder_retention(std::vector<kept_folder> folders, std::uint64_t quota, const std::string& keep);

} // namespace pmactor
