// Stand-ins for the tools of macOS, for tests on other systems: one program, linked under the name of each.
// They take the arguments that the manuals list and refuse all others; powermetrics behaves as recorded.
// What a test wants of them stands in the environment:
//   MAC_CALLS     a file to which each call is added: its words, a tab between them, and a newline
//   MAC_SUDOERS   a file of rules by which sudo allows, as `pmactor install` writes them; without it sudo
//                 allows everything
//   MAC_KIND      apple (the default) or intel: which samplers powermetrics has
//   MAC_LACKS     a sampler that this powermetrics does not have
//   MAC_ROOT      not empty: the caller is root. sudo sets it for what it runs.
//   MAC_TASKS     so many tasks are in each document, by default 3
//   MAC_WAKES     after so many documents powermetrics ends, as it was seen to do after a sleep
//   MAC_NOISE     not empty: powermetrics complains, though it is in good health
//   MAC_FAILS     the name of a tool that does nothing but fail

#include "support/mac_tools.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace pmactor::mac {

std::string from_environment(const char* name) {
  const auto* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void refuse(const std::string& line, int code) {
  std::cerr << line << std::endl;
  std::exit(code);
}

bool is_number(const std::string& x) {
  return !x.empty() && std::all_of(x.begin(), x.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_one_of(const std::string& x, const words& known) {
  return std::find(known.begin(), known.end(), x) != known.end();
}

void must_be_root(const std::string& line) {
  if (from_environment("MAC_ROOT").empty())
    refuse(line, 1);
}

parsed parse(const std::string& tool, const words& arguments, const std::map<std::string, takes>& known,
             const std::map<std::string, std::string>& same, bool in_front_only) {
  parsed result;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto name = arguments[i];
    if (name.size() < 2 || name[0] != '-') {
      if (in_front_only) {
        result.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
        return result;
      }
      result.rest.push_back(name);
      continue;
    }
    std::string value;
    bool has_value = false;
    if (const auto equals = name.find('='); name.starts_with("--") && equals != name.npos) {
      value = name.substr(equals + 1);
      name.erase(equals);
      has_value = true;
    }
    if (const auto long_name = same.find(name); long_name != same.end())
      name = long_name->second;
    const auto found = known.find(name);
    if (found == known.end())
      refuse(tool + ": illegal option -- " + arguments[i]);
    if (found->second != takes::nothing && !has_value) {
      if (i + 1 == arguments.size())
        refuse(tool + ": option requires an argument -- " + name);
      value = arguments[++i];
    } else if (found->second == takes::nothing && has_value) {
      refuse(tool + ": option takes no argument -- " + name);
    }
    if (found->second == takes::number && !is_number(value))
      refuse(tool + ": not a number: " + value);
    result.options.emplace(name, value);
  }
  return result;
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file{path, std::ios::binary};
  file << content;
  if (!file.flush())
    refuse("cannot write " + path, 1);
}

void become(const words& command, const std::string& folder) {
  const auto program = folder + command[0].substr(command[0].rfind('/') + 1);
  std::vector<char*> arguments;
  for (const auto& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  refuse("sudo: " + command[0] + ": command not found", 1);
}

} // namespace pmactor::mac

int main(int argc, char** argv) {
  using namespace pmactor::mac;
  const std::string called = argv[0];
  const auto name = called.substr(called.rfind('/') + 1);
  // sudo gives a program the name that was asked for, so its own place is where this file is.
  char path[4096];
  const auto length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string self{path, length > 0 ? static_cast<std::size_t>(length) : 0};
  const auto folder = self.substr(0, self.rfind('/') + 1);
  const words arguments{argv + 1, argv + argc};
  if (const auto calls = from_environment("MAC_CALLS"); !calls.empty()) {
    std::string line = name;
    for (const auto& word : arguments)
      line += '\t' + word;
    std::ofstream{calls, std::ios::app | std::ios::binary} << line + '\n';
  }
  if (from_environment("MAC_FAILS") == name)
    refuse(name + ": failed, as it was asked to", 1);
  if (name == "powermetrics")
    return powermetrics(arguments);
  if (name == "sudo")
    return sudo(arguments, folder);
  if (name == "tailspin")
    return tailspin(arguments);
  if (name == "spindump")
    return spindump(arguments);
  if (name == "log")
    return log_tool(arguments);
  if (name == "pmset")
    return pmset(arguments);
  if (name == "osascript")
    return osascript(arguments);
  if (name == "launchctl")
    return launchctl(arguments, folder);
  if (name == "caffeinate")
    return caffeinate(arguments);
  refuse("there is no stand-in for " + name);
}
