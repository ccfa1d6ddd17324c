#include "actors/host/list_children.hpp"

#include <array>
#include <cstddef>
#include <libproc.h>
#include <sys/types.h>

namespace pmactor {

std::vector<process_facts> facts_of_children(std::int64_t pid) {
  std::array<pid_t, 64> children{};
  std::vector<process_facts> result;
  const int count = ::proc_listchildpids(static_cast<pid_t>(pid), children.data(),
                                         static_cast<int>(children.size() * sizeof(pid_t)));
  for (int i = 0; i < count && static_cast<std::size_t>(i) < children.size(); ++i)
    if (auto facts = facts_of(children[static_cast<std::size_t>(i)]); facts && facts->state != 'Z')
      result.push_back(std::move(*facts));
  return result;
}

} // namespace pmactor
