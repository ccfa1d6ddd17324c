// Invariants that are checked in every build. A broken one means that the program no longer knows what it
// does: it ends at once, so that the service manager starts it afresh, and nothing wrong is stored or said.
#pragma once

namespace pmactor {

/// Writes the words to standard error and aborts the process. Allocates nothing.
[[noreturn]] void end_by_broken_invariant(const char* condition, const char* file, int line) noexcept;

} // namespace pmactor

/// Ends the process unless the condition holds. For what only a fault of this program can break; never for
/// input, settings or the state of the host.
#define PMACTOR_CHECK(condition)                                                                        \
  do {                                                                                                  \
    if (!(condition))                                                                                   \
      ::pmactor::end_by_broken_invariant(#condition, __FILE__, __LINE__);                               \
  } while (false)
