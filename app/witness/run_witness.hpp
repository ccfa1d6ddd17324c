// The witnesses themselves: an ordinary process, of ordinary priority and not locked in memory, that feels what
// ordinary programs feel and notes it in shared memory. At rest it wakes up twice a second, reads some counters
// of the kernel, and asks no disk, no mount and no memory for anything; where there is a desktop, that at each look.
#pragma once

#include <string>

namespace pmactor {

/// Feels and notes until the process that has started it is gone.
/// @param page the descriptor of the shared memory of a witness_page, which is mapped and written.
/// @param questions the folder of the locks of what may not answer; empty: none are locked.
/// @returns an exit code; 1 if the page cannot be used.
int run_witness(int page, const std::string& questions);

} // namespace pmactor
