// Finds out before a start whether the threads that it takes are to be had.
#pragma once

namespace pmactor {

/// Starts so many threads at once and ends them again: a library that lacks one half way through its own
/// start ends the process without a word.
/// @throws std::runtime_error, one sentence that says what to do, if they are not to be had.
void require_threads(unsigned count);

} // namespace pmactor
