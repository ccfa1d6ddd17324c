#include "actors/host/name_thread.hpp"

#include <pthread.h>

namespace pmactor {

void name_thread(const char* name) {
  (void)::pthread_setname_np(name);
}

} // namespace pmactor
