// Takes the laboratory's orders inside the guest and says by the guest's clocks when each began and
// was done. An order is a line "ID run COMMAND", "ID spawn COMMAND" or "ID stamp"; the answer is a
// line "done ID STATUS" with the clocks at begin and at end. It is locked in memory and of
// real-time priority, so that it answers while everything else stands still; what it starts is of
// ordinary priority.
//   agent TTY
#include "clocks.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sstream>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char** environ;

namespace {

/// @returns the child, or -1. Its output goes where the agent's own does.
pid_t start_shell(const std::string& command) {
  pid_t child = -1;
  char* const arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                             const_cast<char*>(command.c_str()), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  if (posix_spawn(&child, "/bin/busybox", nullptr, &attributes, arguments, environ) != 0)
    child = -1;
  posix_spawnattr_destroy(&attributes);
  return child;
}

int obey(const std::string& verb, const std::string& command) {
  if (verb == "stamp")
    return 0;
  const auto child = start_shell(command);
  if (child < 0 || verb == "spawn")
    return child < 0 ? 127 : 0;
  int status = 0;
  // Children of earlier orders end meanwhile and are reaped on the way.
  for (pid_t ended = 0; ended != child;)
    if ((ended = waitpid(-1, &status, 0)) < 0 && errno != EINTR)
      return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void become_privileged() {
  mlockall(MCL_CURRENT | MCL_FUTURE);
  const sched_param priority{.sched_priority = 60};
  sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
}

/// @returns the terminal, without echo or any other change of what passes; or -1.
int open_terminal(const char* path) {
  const int terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios mode{};
  if (terminal < 0 || tcgetattr(terminal, &mode) != 0)
    return -1;
  cfmakeraw(&mode);
  tcsetattr(terminal, TCSANOW, &mode);
  return terminal;
}

} // namespace

int main(int count, char** arguments) {
  const int terminal = count > 1 ? open_terminal(arguments[1]) : -1;
  std::FILE* orders = terminal < 0 ? nullptr : fdopen(terminal, "r");
  if (orders == nullptr) {
    std::fprintf(stderr, "agent: cannot open the terminal\n");
    return 1;
  }
  become_privileged();
  dprintf(terminal, "ready %s\n", to_text(read_clocks()).c_str());
  char line[4096];
  while (std::fgets(line, sizeof line, orders) != nullptr) {
    std::istringstream order{line};
    std::string id, verb, command;
    order >> id >> verb >> std::ws;
    std::getline(order, command);
    if (verb == "end")
      return 0;
    const auto begin = read_clocks();
    const int status = obey(verb, command);
    dprintf(terminal, "done %s %d %s %s\n", id.c_str(), status, to_text(begin).c_str(),
            to_text(read_clocks()).c_str());
  }
}
