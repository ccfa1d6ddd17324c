#include "actors/host/thread_times.hpp"

namespace pmactor {

/// Not known: macOS counts how long a thread ran, and not how long it waited.
std::optional<thread_times> own_thread_times() {
  return std::nullopt;
}

} // namespace pmactor
