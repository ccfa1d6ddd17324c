#include "actors/powermetrics_reader/pump_thread.hpp"

#include <cerrno>
#include <fcntl.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

std::array<int, 2> open_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot open a pipe");
  return ends;
}

void widen_pipe(int end) {
  // What every user may have. Refused when this user's pipes together hold too much, which does no harm.
  (void)::fcntl(end, F_SETPIPE_SZ, 1 << 20);
}

void name_this_thread(const char* name) {
  ::pthread_setname_np(::pthread_self(), name);
}

} // namespace pmactor
