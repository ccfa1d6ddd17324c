#include "actors/powermetrics_reader/pump_thread.hpp"

#include <cerrno>
#include <fcntl.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

std::array<int, 2> open_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe(ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot open a pipe");
  for (const auto end : ends)
    (void)::fcntl(end, F_SETFD, FD_CLOEXEC);
  return ends;
}

void widen_pipe(int) {
  // It grows to 64 KB by itself here, and no further.
}

void name_this_thread(const char* name) {
  ::pthread_setname_np(name);
}

} // namespace pmactor
