// Waiting that Ctrl-C ends. What a self-test did to its daemon is taken back on the way out.
#pragma once

#include <chrono>

namespace pmactor {

/// Thrown once the user has had enough.
struct selftest_interrupted {
  int signal = 0;
};

/// From now on SIGINT, SIGTERM and SIGHUP are noted and end the next rest().
void note_interrupts();

/// Sleeps in small pieces.
/// @throws selftest_interrupted
void rest(std::chrono::nanoseconds length);

} // namespace pmactor
