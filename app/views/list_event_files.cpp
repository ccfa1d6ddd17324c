#include "app/views/list_event_files.hpp"

#include <algorithm>

namespace pmactor {

std::vector<std::string> event_files(const std::filesystem::path& data, const std::string& folder) {
  std::vector<std::string> result;
  if (!folder.starts_with("events/") || folder.find("..") != std::string::npos)
    return result;
  std::error_code unreadable;
  for (std::filesystem::directory_iterator i{data / folder, unreadable}, end;
       !unreadable && i != end && result.size() < 64; i.increment(unreadable))
    result.push_back(i->path().filename().string());
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace pmactor
