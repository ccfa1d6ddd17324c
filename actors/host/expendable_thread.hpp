// Threads that none waits for: each may hang in the kernel for ever, e.g. on a disk that does not answer,
// and is then left to itself, also when the process ends.
#pragma once

#include <functional>

namespace pmactor {

/// Starts such a thread. It gets no signals. What it uses it owns, or shares.
/// @param name of 15 bytes at most. @param work must not throw.
/// @throws std::system_error if there is no thread to be had.
void start_expendable(const char* name, std::function<void()> work);

/// Whether any of them runs.
bool expendable_threads_run();

/// The end of main(). While such a thread runs, what it may use must stay: then the process ends at once,
/// with its output written but without the destructors of static objects.
/// @returns the exit code.
int end_process(int exit_code);

} // namespace pmactor
