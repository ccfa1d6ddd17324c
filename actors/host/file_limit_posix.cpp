#include "actors/host/file_limit.hpp"

#include <algorithm>
#include <optional>
#include <sys/resource.h>

namespace pmactor {
namespace {

std::optional<rlimit> before; ///< If it was raised.

} // namespace

std::size_t file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return 0;
  return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, most_files));
}

std::size_t raise_file_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < std::min<rlim_t>(wanted, limit.rlim_max)) {
    const auto held = limit;
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0)
      before = held;
  }
  return file_limit();
}

void restore_file_limit() {
  if (before)
    (void)::setrlimit(RLIMIT_NOFILE, &*before);
}

} // namespace pmactor
