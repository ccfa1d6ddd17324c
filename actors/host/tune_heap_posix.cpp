#include "actors/host/tune_heap.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace pmactor {

void bound_heap() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 10);
  ::malloc_trim(0);
#endif
}

void keep_heap() {
#ifdef __GLIBC__
  ::mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
}

} // namespace pmactor
