#include "app/top/curses_terminal.hpp"

#include <unistd.h>

// These give many a short word a meaning, so nothing else stands in this file.
#include <curses.h>
#include <term.h>

namespace pmactor {

bool can_draw_on_terminal() {
  int problem = 0;
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0
      || setupterm(nullptr, STDOUT_FILENO, &problem) != OK)
    return false;
  // Older versions of ncurses take a pointer to what they do not change.
  const auto* move_cursor = tigetstr(const_cast<char*>("cup"));
  return move_cursor != nullptr && move_cursor != reinterpret_cast<const char*>(-1);
}

} // namespace pmactor
