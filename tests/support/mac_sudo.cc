// The stand-in for sudo: it allows what a rule names word by word, and stays while its command runs.
#include "support/mac_tools.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

namespace pmactor::mac {
namespace {

volatile std::sig_atomic_t child = 0;

/// @returns the rule's words, its escapes read.
words words_of_rule(const std::string& text) {
  words result(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      result.back() += text[++i];
    else if (text[i] == ' ')
      result.emplace_back();
    else
      result.back() += text[i];
  }
  return result;
}

bool is_allowed(const words& command) {
  const auto path = from_environment("MAC_SUDOERS");
  if (path.empty())
    return true;
  const std::string mark = "NOPASSWD: ";
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);)
    if (const auto at = line.find(mark); at != line.npos && line[0] != '#'
                                         && words_of_rule(line.substr(at + mark.size())) == command)
      return true;
  return false;
}

} // namespace

int sudo(const words& arguments, const std::string& folder) {
  const auto asked = parse("sudo", arguments,
                           {{"-n", takes::nothing}, {"-u", takes::text}, {"-l", takes::nothing},
                            {"-k", takes::nothing}, {"-v", takes::nothing}},
                           {}, true);
  if (asked.rest.empty())
    refuse("usage: sudo -h | -K | -k | -V", 1);
  if (!asked.has("-n"))
    refuse("sudo: a terminal is required to read the password", 1);
  const bool is_to_root = !asked.has("-u");
  if (is_to_root && !is_allowed(asked.rest))
    refuse("sudo: a password is required", 1);
  // The user that -u names has no more rights than the one who asks, unless that is root.
  if (!is_to_root && from_environment("MAC_ROOT").empty())
    refuse("sudo: a password is required", 1);
  if (asked.has("-l")) {
    std::cout << asked.rest[0] << '\n';
    return 0;
  }
  if (is_to_root)
    ::setenv("MAC_ROOT", "by sudo", 1);
  else
    ::unsetenv("MAC_ROOT");
  // sudo stays, and passes on the signals that it may.
  struct sigaction action {};
  action.sa_handler = [](int number) {
    if (child > 0)
      ::kill(child, number);
  };
  for (const auto number : {SIGINT, SIGTERM, SIGHUP, SIGCONT})
    ::sigaction(number, &action, nullptr);
  child = ::fork();
  if (child == 0) {
    for (const auto number : {SIGINT, SIGTERM, SIGHUP, SIGCONT})
      std::signal(number, SIG_DFL);
    become(asked.rest, folder);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    std::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
  }
  return WEXITSTATUS(status);
}

} // namespace pmactor::mac
