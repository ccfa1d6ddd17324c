#include "app/instance/spare_memory.hpp"

#include <malloc.h>

namespace pmactor {

void spare_memory() {
#ifdef M_ARENA_MAX // glibc; other C libraries have no arenas
  ::mallopt(M_ARENA_MAX, 2);
#endif
}

} // namespace pmactor
