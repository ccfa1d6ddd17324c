#include "actors/host/list_children.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace pmactor {

std::vector<process_facts> facts_of_children(std::int64_t pid) {
  constexpr std::size_t most = 64;
  std::vector<process_facts> result;
  std::error_code gone;
  // The kernel lists a child under the thread that started it.
  for (std::filesystem::directory_iterator i{"/proc/" + std::to_string(pid) + "/task", gone}, end;
       !gone && i != end; i.increment(gone)) {
    std::ifstream in{i->path() / "children"};
    for (std::int64_t child = 0; in >> child && result.size() < most;)
      if (auto facts = facts_of(child); facts && facts->state != 'Z')
        result.push_back(std::move(*facts));
  }
  return result;
}

} // namespace pmactor
