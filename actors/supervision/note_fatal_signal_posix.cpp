#include "actors/supervision/note_fatal_signal.hpp"

#include "actors/host/process_facts.hpp"

#include <atomic>
#include <csignal>
#include <unistd.h>

namespace pmactor {
namespace {

std::atomic<health_page*> page_of_this_process{nullptr};

/// Atomics alone are touched, which is allowed in here.
void note(int signal) {
  auto* page = page_of_this_process.load();
  // A child between fork() and its program has the page as well.
  if (page != nullptr && page->pid.load() == ::getpid()) {
    std::int32_t none = 0;
    if (page->fatal_signal.compare_exchange_strong(none, signal))
      page->fatal_thread.store(own_thread_id());
  }
  ::raise(signal); // its first action is in place again
}

} // namespace

void note_fatal_signals(health_page& page) {
  page_of_this_process.store(&page);
#if !defined(__SANITIZE_ADDRESS__)                                                                 \
  && !defined(__SANITIZE_THREAD__) // which have handlers of their own
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  sigemptyset(&action.sa_mask);
  for (const int signal :
       {SIGSEGV, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGQUIT, SIGXCPU, SIGALRM, SIGUSR2})
    ::sigaction(signal, &action, nullptr);
#endif
}

} // namespace pmactor
