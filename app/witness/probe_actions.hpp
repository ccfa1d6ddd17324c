// What the probes of the witness do, each on a thread of its own. An action returns false where it cannot be
// done here: its probe then ends.
#pragma once

#include <functional>
#include <string>

namespace pmactor {

class probe_turn;

/// Touches pages of its own and of a file, which may have been evicted, and fresh ones.
std::function<bool()> touch_memory();

/// Computes for a moment: what this takes beyond that is time in which it was not let run.
std::function<bool()> do_work();

/// Starts a program that does nothing, and waits for its end.
std::function<bool(probe_turn&)> start_program();

/// Asks the file system at this place for its size, unless an earlier question to it is still open: that counts as its
/// own, from when it was asked on.
/// @param device the file system's, "0:55". @param questions the folder of such locks; empty: none are locked.
std::function<bool()> ask_mount(std::string where, std::string device, std::string questions);

} // namespace pmactor
