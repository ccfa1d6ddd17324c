#include "app/instance/find_others.hpp"

namespace pmactor {

// Which arguments a process of another user was started with is for root alone to know there.
std::vector<other_daemon> list_daemons() {
  return {};
}

} // namespace pmactor
