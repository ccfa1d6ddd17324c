// What the thread that reads from the sampler child needs and each system spells its own way.
#pragma once

#include <array>

namespace pmactor {

/// @returns the read and the write end of a pipe that no other child inherits.
/// @throws std::system_error
std::array<int, 2> open_pipe();

/// Makes the pipe as roomy as the system allows: a document is larger than a pipe usually is, and a child
/// that waits for its reader samples late.
void widen_pipe(int end);

/// Names the calling thread for ps, top and debuggers. @param name of 15 letters at most.
void name_this_thread(const char* name);

} // namespace pmactor
