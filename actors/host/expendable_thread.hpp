// Threads that none waits for: each may hang in the kernel for ever, e.g. on a disk that does not answer,
// and is then left to itself, also when the process ends.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

namespace pmactor {

/// Starts such a thread. It gets no signals. What it uses it owns, or shares.
/// @param name of 15 bytes at most. @param work must not throw.
/// @throws std::system_error if there is no thread to be had.
void start_expendable(const char* name, std::function<void()> work);

/// A job for such threads, of which one runs at a time: one that hangs is not started again beside itself.
class expendable_job {
public:
  /// Starts it, unless it is at work. Never waits. For one thread at a time.
  /// @returns whether it was started; also false if there is no thread to be had.
  bool start(const char* name, std::function<void()> work);

private:
  std::shared_ptr<std::atomic<bool>> is_at_work_ = std::make_shared<std::atomic<bool>>(false); // also the thread's
};

/// Whether any of them runs.
bool expendable_threads_run();

/// The end of main(). While such a thread runs, what it may use must stay: then the process ends at once,
/// with its output written but without the destructors of static objects.
/// @returns the exit code.
int end_process(int exit_code);

} // namespace pmactor
