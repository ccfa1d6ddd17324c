// What is to be installed, for tests of the plan, and the programs that judge its result.
#pragma once

#include "app/service/plan_installation.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <sys/wait.h>

namespace pmactor {

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline install_request somebody() {
  install_request result;
  result.program = "/usr/bin/pmactor";
  result.home = "/home/ann";
  result.config = "/home/ann/.config";
  result.uid = 1000;
  result.user = "ann";
  return result;
}

template <class F>
bool refuses(F work) {
  try {
    work();
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

/// @returns the exit code; -1 if there is no such program.
inline int run(const std::string& command) {
  const auto status = std::system(command.c_str());
  const auto code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return code == 127 ? -1 : code;
}

} // namespace pmactor
