#define CAF_SUITE expendable_thread

#include "actors/host/expendable_thread.hpp"

#include "support/daemon.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Runs it in a child process. @returns its exit code, -1 if a signal ended it.
template <class F>
int exit_code_of(F f) {
  const auto pid = ::fork();
  if (pid == 0)
    std::exit(f());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

CAF_TEST(a process ends at once while such a thread hangs and destroys nothing that it may use) {
  CAF_CHECK_EQUAL(exit_code_of([] {
                    start_expendable("pm-test", [] {
                      for (;;)
                        ::pause();
                    });
                    std::atexit([] { ::_exit(99); });
                    return end_process(3);
                  }),
                  3);
}

CAF_TEST(a process ends in good order when they have all ended) {
  CAF_CHECK_EQUAL(exit_code_of([] {
                    start_expendable("pm-test", [] {});
                    if (!soon([] { return !expendable_threads_run(); }))
                      return 1;
                    std::atexit([] { ::_exit(99); });
                    return end_process(3);
                  }),
                  99);
}

CAF_TEST(such a thread gets no signals) {
  std::atomic<int> blocked{-1};
  start_expendable("pm-test", [&blocked] {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    blocked = sigismember(&now, SIGTERM);
  });
  CAF_REQUIRE(soon([&] { return blocked >= 0; }));
  CAF_CHECK_EQUAL(blocked.load(), 1);
}
