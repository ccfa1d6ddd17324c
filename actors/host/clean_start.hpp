// What a process of ours begins with, whatever its parent left it: shells, service managers, cron and other
// daemons differ in the descriptors, signals, limits and masks that they hand down.
#pragma once

#include <vector>

namespace pmactor {

/// The first thing in main(): descriptors 0 to 2 are open, no signal is blocked, and none is ignored but
/// those that nohup and a shell's background jobs rely on. A limit on the size of files is an error of the
/// write (EFBIG), like a full disk, and not the end of the process.
void clean_start();

/// For a process that stays: closes what is not its own, and makes files that are its user's alone.
/// @param keep descriptors that were handed to it on purpose.
void settle(std::vector<int> keep);

} // namespace pmactor
