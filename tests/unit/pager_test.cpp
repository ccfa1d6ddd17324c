#define CAF_SUITE pager

#include "app/views/pager.hpp"

#include "support/other_process.hpp"
#include "support/test.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace pmactor;

namespace {

/// Makes a terminal of so many columns the standard output of this process.
bool write_to_terminal(unsigned short columns) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0)
    return false;
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
  struct winsize size {};
  size.ws_col = columns;
  size.ws_row = 24;
  return terminal >= 0 && ::ioctl(terminal, TIOCSWINSZ, &size) == 0 && ::dup2(terminal, STDOUT_FILENO) >= 0;
}

} // namespace

CAF_TEST(what goes into the pager is as wide as the terminal before it) {
  const other_process reader{[] {
    ::unsetenv("COLUMNS");
    ::setenv("TERM", "xterm", 1);
    ::setenv("PAGER", "cat > /dev/null", 1);
    if (!write_to_terminal(61))
      return false;
    const pager aut;
    return ::isatty(STDOUT_FILENO) == 0 && aut.style().width == 61 && aut.style().is_cut && !aut.style().colour;
  }};
}

CAF_TEST(without a pager lines are as wide as the terminal) {
  const other_process reader{[] {
    ::unsetenv("COLUMNS");
    ::setenv("PAGER", "cat", 1);
    if (!write_to_terminal(61))
      return false;
    const pager aut;
    return ::isatty(STDOUT_FILENO) == 1 && aut.style().width == 61 && aut.style().is_cut;
  }};
}
