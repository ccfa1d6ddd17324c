#include "actors/supervision/map_health_page.hpp"
#include "actors/host/owned_pipe.hpp"
#include "app/instance/own_program.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/readiness.hpp"
#include "app/instance/start_daemon.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

extern char** environ;

namespace pmactor {
namespace {

constexpr int ready_fd = 3;               ///< In the child.
constexpr std::size_t most_words = 16384; ///< Of what the child says when it fails.

/// @returns our environment for the child, which is neither our service manager's nor another's
/// child.
std::vector<std::string> environment_of_child() {
  std::vector<std::string> result;
  for (auto** x = environ; *x != nullptr; ++x) {
    const std::string entry{*x};
    const auto name = entry.substr(0, entry.find('='));
    if (name != "NOTIFY_SOCKET" && name != "WATCHDOG_USEC" && name != "WATCHDOG_PID"
        && name != ready_variable)
      result.push_back(entry);
  }
  result.push_back(std::string{ready_variable} + '=' + std::to_string(ready_fd));
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& x : texts)
    result.push_back(x.data());
  result.push_back(nullptr);
  return result;
}

/// @returns the pid of a new `pmactor run`.
pid_t spawn_run(const place_flags& where, const owned_pipe& ready, const owned_pipe& words) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, words.write.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, ready.write.get(), ready_fd);
  ::posix_spawn_file_actions_addchdir_np(
    &files, "/"); // else it would hold on to a folder of no concern to it
  sigset_t all, none;
  sigfillset(&all);
  sigdelset(&all, SIGKILL);
  sigdelset(&all, SIGSTOP);
  sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const auto program = own_program().string();
  std::vector<std::string> arguments{"pmactor", "run"};
  for (auto& x : where.arguments())
    arguments.push_back(std::move(x));
  auto environment = environment_of_child();
  pid_t child = 0;
  const auto error = ::posix_spawn(&child, program.c_str(), &files, &attributes,
                                   pointers(arguments).data(), pointers(environment).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    throw std::system_error(error, std::generic_category(), "cannot start " + program);
  return child;
}

/// @returns false at the end of the pipe.
bool take_bytes(int fd, std::string& into) {
  std::array<char, 4096> room{};
  const auto n = ::read(fd, room.data(), room.size());
  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (into.size() < most_words)
    into.append(room.data(), std::min(static_cast<std::size_t>(n), most_words - into.size()));
  return n > 0;
}

/// @returns the text without line feeds at its end.
std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

std::string end_in_words(int status) {
  if (WIFSIGNALED(status))
    return std::string{"it was ended by a signal ("} + ::strsignal(WTERMSIG(status)) + ')';
  return "it ended with exit code " + std::to_string(WEXITSTATUS(status));
}

/// @returns what the health page has to say about it, to go behind a sentence; empty if nothing.
std::string what_holds_it_up(const places& where) {
  try {
    const auto page = open_health_page(find_health_page(where));
    const auto used = std::min<std::size_t>(page->slots_used.load(), health_page::max_slots);
    for (std::size_t i = 0; i < used; ++i)
      if (auto why = page->slots[i].degraded.read(); !why.empty()) {
        if (why.back() == '.')
          why.pop_back();
        return ": " + why;
      }
  } catch (const std::exception&) { // there is none yet
  }
  return {};
}

outcome runs_already(const daemon_verdict& verdict) {
  return {exit_fine,
          "pmactor runs already, as process " + std::to_string(verdict.daemon->pid)
            + "; nothing was changed.",
          verdict.daemon->pid};
}

} // namespace

outcome start_daemon(const place_flags& flags, std::chrono::milliseconds patience) {
  const auto where = flags.find();
  if (const auto found = find_daemon(where); found.presence == daemon_presence::running)
    return runs_already(found);
  else if (found.presence == daemon_presence::unknown)
    return {exit_failed, found.sentence + " Nothing was started.", {}};
  const auto until = std::chrono::steady_clock::now() + patience;
  auto ready = open_pipe(), words = open_pipe();
  const auto child = spawn_run(flags, ready, words);
  ready.write.reset();
  words.write.reset();
  std::string signs, said;
  for (bool more_words = true;;) {
    const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    std::array<struct pollfd, 2> watched{
      {{ready.read.get(), POLLIN, 0}, {more_words ? words.read.get() : -1, POLLIN, 0}}};
    const auto n =
      ::poll(watched.data(), watched.size(), std::max(0, static_cast<int>(left.count())));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return {exit_failed,
              "pmactor runs as process " + std::to_string(child) + ", but has stored no sample yet"
                + what_holds_it_up(where)
                + "; it goes on trying. `pmactor status` tells how it is.",
              child};
    if (watched[1].revents != 0)
      more_words = take_bytes(words.read.get(), said);
    if (watched[0].revents == 0)
      continue;
    const bool open = take_bytes(ready.read.get(), signs);
    if (signs.find(ready_word) != std::string::npos)
      return {exit_fine,
              "pmactor runs as process " + std::to_string(child) + "; its first sample is stored.",
              child};
    if (!open)
      break;
  }
  // The child ended before it was ready. Whatever it had to say is in the pipe.
  while (take_bytes(words.read.get(), said))
    ;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  // Another one may have been quicker.
  if (const auto found = find_daemon(where); found.presence == daemon_presence::running)
    return runs_already(found);
  said = trimmed(std::move(said));
  return {exit_failed,
          "pmactor could not be started: "
            + (said.empty() ? end_in_words(status) + " and said nothing" : said),
          {}};
}

} // namespace pmactor
