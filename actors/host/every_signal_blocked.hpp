// Signals belong to the main thread. A new thread has the mask of the one that makes it.
#pragma once

#include <pthread.h>

#include <csignal>

namespace pmactor {

/// Blocks every signal of the calling thread while it lives, so that no thread that is made meanwhile gets
/// one.
class every_signal_blocked {
public:
  every_signal_blocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  every_signal_blocked(const every_signal_blocked&) = delete;
  every_signal_blocked& operator=(const every_signal_blocked&) = delete;
  ~every_signal_blocked() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t before_;
};

} // namespace pmactor
