#include "messages/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace pmactor {

void end_by_broken_invariant(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "pmactor: broken invariant in %s, line %d: %s\n", file, line, condition);
  std::abort();
}

} // namespace pmactor
