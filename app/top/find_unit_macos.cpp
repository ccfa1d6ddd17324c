#include "app/top/find_unit.hpp"

namespace pmactor {

// macOS has no control groups; its coalitions are not shown to other processes.
std::string find_unit(std::int64_t, std::optional<double>) {
  return {};
}

} // namespace pmactor
