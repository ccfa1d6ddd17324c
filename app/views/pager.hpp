// Long output on a terminal is handed to a pager, as git does it: $PAGER, else `less`, which ends
// by itself if all of it fits on the screen.
#pragma once

#include "app/views/terminal.hpp"

#include <memory>

namespace pmactor {

/// While there is one, what this process writes to its standard output goes to the pager. For the
/// main thread, before anything was written.
class pager {
public:
  /// Starts it, if standard output is a terminal and PAGER is neither empty nor `cat`. A pager that
  /// cannot be started is none.
  pager();
  /// Waits until the reader has seen enough. That the reader did not want all of it is no failure
  /// of ours.
  ~pager();
  pager(const pager&) = delete;
  pager& operator=(const pager&) = delete;

  /// @returns the style of the output: as wide as the terminal, also while standard output is a pipe into the pager; then
  /// without colours, which not every pager lets through.
  const text_style& style() const {
    return style_;
  }

private:
  struct running;
  text_style style_;
  std::unique_ptr<running> running_;
};

} // namespace pmactor
