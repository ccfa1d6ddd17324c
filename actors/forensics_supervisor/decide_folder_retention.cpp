#include "actors/forensics_supervisor/decide_folder_retention.hpp"

#include <algorithm>

namespace pmactor {

quota_choice decide_folder_retention(std::vector<kept_folder> folders, std::uint64_t quota, const std::string& keep) {
  std::sort(folders.begin(), folders.end(),
            [](const kept_folder& a, const kept_folder& b) { return a.name < b.name; });
  quota_choice result;
  for (const auto& x : folders)
    result.left += x.bytes;
  for (const auto& x : folders) {
    if (quota == 0 || result.left <= quota)
      break;
    if (x.pinned || x.name == keep)
      continue;
    result.remove.push_back(x.name);
    result.left -= x.bytes;
  }
  result.is_kept = quota == 0 || result.left <= quota;
  return result;
}

} // namespace pmactor
