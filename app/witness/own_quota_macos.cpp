#include "app/witness/own_quota.hpp"

namespace pmactor {

std::function<std::optional<std::chrono::nanoseconds>()> own_quota_reader() {
  return {};
}

} // namespace pmactor
