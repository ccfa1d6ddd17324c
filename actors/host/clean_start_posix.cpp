#include "actors/host/clean_start.hpp"

#include "actors/host/child_setup.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

bool is_closed(int fd) {
  return ::fcntl(fd, F_GETFD) < 0 && errno == EBADF;
}

} // namespace

void clean_start() {
  // In ascending order each gets the number that is missing; else a file of ours would get it, and what is
  // printed would go there. Standard output is opened so that a write still fails: the result of a command
  // that goes nowhere is an error.
  for (const auto& [fd, flags] : {std::pair{0, O_RDONLY}, {1, O_RDONLY}, {2, O_WRONLY}})
    if (is_closed(fd))
      (void)::open("/dev/null", flags);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now {};
    // exec() hands down only those that are ignored. These stay so by convention: a hang-up under nohup,
    // and what a terminal sends to the jobs that a script runs in its background.
    if (number == SIGHUP || number == SIGINT || number == SIGQUIT
        || ::sigaction(number, nullptr, &now) != 0 || now.sa_handler != SIG_IGN)
      continue;
    (void)::signal(number, SIG_DFL);
  }
  (void)::signal(SIGXFSZ, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void settle(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  int first = 3;
  for (const int fd : keep) {
    if (fd < first)
      continue;
    if (fd > first)
      close_descriptors(first, fd - 1);
    first = fd + 1;
  }
  close_descriptors(first, INT_MAX);
  // What such a process says to its starter may go nowhere.
  if ((::fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) {
      (void)::dup2(nowhere, STDOUT_FILENO);
      ::close(nowhere);
    }
  }
  ::umask(0077);
}

} // namespace pmactor
