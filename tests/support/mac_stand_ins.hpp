// The stand-ins for the tools of a Mac (tests/support/mac_tools.cc), run as pmactor runs the tools.
// Include after support/test.hpp. For system tests, where PMACTOR_MAC_TOOLS is known.
#pragma once

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {

/// The command with a stand-in for its program; sudo finds those of the others itself.
inline std::vector<std::string> played(std::vector<std::string> command) {
  command.at(0) = PMACTOR_MAC_TOOLS "/" + command[0].substr(command[0].rfind('/') + 1);
  return command;
}

/// What the stand-ins are to do, as long as this lives.
struct circumstances {
  std::vector<std::string> names;
  explicit circumstances(const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [name, value] : values) {
      ::setenv(name.c_str(), value.c_str(), 1);
      names.push_back(name);
    }
  }
  ~circumstances() {
    for (const auto& name : names)
      ::unsetenv(name.c_str());
  }
};

struct mac_tool_result {
  int code = -1;
  std::string out, err;
};

/// Runs a stand-in to its end.
inline mac_tool_result run_mac_tool(const std::vector<std::string>& command) {
  temporary_folder folder;
  const auto out = folder.path / "out", err = folder.path / "err";
  const auto real = played(command);
  const auto pid = ::fork();
  if (pid == 0) {
    std::vector<char*> arguments;
    for (const auto& word : real)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    if (std::freopen(out.c_str(), "w", stdout) != nullptr && std::freopen(err.c_str(), "w", stderr) != nullptr)
      ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const auto content = [](const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(out), content(err)};
}

inline bool accepts(const std::vector<std::string>& command) {
  const auto result = run_mac_tool(command);
  if (result.code != 0)
    CAF_MESSAGE(command.at(0) << ": " << result.err);
  return result.code == 0;
}

} // namespace pmactor
