// The terminal of the live view, by ncurses: cells go out, keys come in. For the main thread of a
// program that shows one screen.
#pragma once

#include "app/top/canvas.hpp"
#include "app/top/lay_out_top.hpp"
#include "app/top/top_state.hpp"

#include <cstddef>
#include <optional>

namespace pmactor {

/// @returns whether the terminal can be drawn on: it has a description, and its cursor can be
/// moved.
bool can_draw_on_terminal();

/// The terminal while it is ours; its destructor gives it back as it was.
class curses_terminal {
public:
  /// @param colour whether colours may be used, where it has them. @param mouse whether clicks are
  /// wanted; then text is selected with the shift key held.
  /// @pre can_draw_on_terminal()
  curses_terminal(bool colour, bool mouse);
  ~curses_terminal();
  curses_terminal(const curses_terminal&) = delete;
  curses_terminal& operator=(const curses_terminal&) = delete;

  std::size_t width() const;
  std::size_t height() const;

  /// Shows these cells; only what differs from the last time is sent.
  void show(const canvas& cells);

  /// @param plan of the screen, by which a click is one into the curves.
  /// @returns the next input that is there already; nullopt if none is. A changed size is an input
  /// without a key.
  std::optional<top_input> read(const top_plan& plan);

  /// Waits for input, for a byte on *wake*, which is read, or for the time to pass.
  /// @returns false if a signal or the end of the terminal asks to end.
  bool wait(int wake, int milliseconds);

private:
  bool colour_;
};

} // namespace pmactor
