// macOS has no control groups.
#include "actors/group_watch/group_look.hpp"

namespace pmactor {

group_watch_host host_groups(const std::string&) {
  return {};
}

} // namespace pmactor
