// What the stand-ins for the tools of macOS share: mac_tools.cc says how a test sets them up.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pmactor::mac {

using words = std::vector<std::string>;

/// @returns what the variable says; empty if there is none.
std::string from_environment(const char* name);

/// Ends the program as the tool would: with a line on its standard error.
[[noreturn]] void refuse(const std::string& line, int code = 64);

bool is_number(const std::string& x);
bool is_one_of(const std::string& x, const words& known);
void must_be_root(const std::string& line);
void write_file(const std::string& path, const std::string& content);

/// What an option takes: a name that says what, or nothing.
enum class takes { nothing, number, text };

struct parsed {
  std::multimap<std::string, std::string> options;
  words rest; ///< From the first word that is no option.

  bool has(const std::string& name) const {
    return options.contains(name);
  }
  std::string value(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = options.find(name);
    return found != options.end() ? found->second : otherwise;
  }
};

/// Reads options that may stand anywhere, or only in front. @param same one letter → the long name.
parsed parse(const std::string& tool, const words& arguments, const std::map<std::string, takes>& known,
             const std::map<std::string, std::string>& same = {}, bool in_front_only = false);

/// Runs a tool that is a stand-in too, by the name that its path ends in.
[[noreturn]] void become(const words& command, const std::string& folder);

// The tools. @param folder where the stand-ins are. @returns the exit code.
int powermetrics(const words& arguments);
int sudo(const words& arguments, const std::string& folder);
int tailspin(const words& arguments);
int spindump(const words& arguments);
int log_tool(const words& arguments);
int pmset(const words& arguments);
int osascript(const words& arguments);
int launchctl(const words& arguments, const std::string& folder);
int caffeinate(const words& arguments);

} // namespace pmactor::mac
