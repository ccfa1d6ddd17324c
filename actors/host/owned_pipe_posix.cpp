#include "actors/host/owned_pipe.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

[[noreturn]] void fail() {
  throw std::system_error(errno, std::generic_category(), "cannot open a pipe");
}

owned_descriptor raised(const owned_descriptor& x) {
  constexpr int above_all_given = 10;
  owned_descriptor result{::fcntl(x.get(), F_DUPFD_CLOEXEC, above_all_given)};
  if (result.get() < 0)
    fail();
  return result;
}

} // namespace

owned_pipe open_pipe() {
  std::array<int, 2> ends{-1, -1};
#ifdef __APPLE__ // has no pipe2()
  const int problem = ::pipe(ends.data());
#else
  const int problem = ::pipe2(ends.data(), O_CLOEXEC);
#endif
  if (problem != 0)
    fail();
  const owned_descriptor read{ends[0]}, write{ends[1]};
  return {raised(read), raised(write)};
}

void widen_pipe([[maybe_unused]] const owned_pipe& x) {
#ifdef F_SETPIPE_SZ // elsewhere it grows by itself, as far as it may
  // What every user may have. Refused when this user's pipes together hold too much, which does no harm.
  (void)::fcntl(x.read.get(), F_SETPIPE_SZ, 1 << 20);
#endif
}

} // namespace pmactor
