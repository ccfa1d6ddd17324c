#define CAF_SUITE house

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "support/test.hpp"

// The rules of the house: which room may include which, what lies where, and how long a file may
// be. What breaks one is listed, so that a failing test names its culprits.
namespace {

namespace fs = std::filesystem;
using names = std::vector<std::string>;

struct source {
  fs::path file; ///< From the root of the checkout, e.g. "actors/storage_writer/prune.cpp".
  names quoted;  ///< What it includes from the house, as written.
  names angled;  ///< What it includes from elsewhere, as written.
};

source read(const fs::path& root, const fs::path& file) {
  source result{fs::relative(file, root), {}, {}};
  static const std::regex include{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)"};
  std::ifstream in{file};
  std::string line;
  std::smatch found;
  while (std::getline(in, line))
    if (std::regex_match(line, found, include))
      (found[1] == "<" ? result.angled : result.quoted).push_back(found[2]);
  return result;
}

/// Every source file of the product.
const std::vector<source>& product() {
  static const auto all = [] {
    std::vector<source> result;
    const fs::path root{PMACTOR_SOURCE_DIR};
    for (const auto* room : {"messages", "actors", "app"})
      for (const auto& entry : fs::recursive_directory_iterator(root / room))
        if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
          result.push_back(read(root, entry.path()));
    return result;
  }();
  return all;
}

std::string room_of(const fs::path& file) {
  return file.begin()->string();
}

/// @returns "storage_writer" for "actors/storage_writer/prune.cpp".
std::string role_of(const fs::path& file) {
  return std::next(file.begin())->string();
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool starts_with(const std::string& text, const std::string& front) {
  return text.compare(0, front.size(), front) == 0;
}

std::string joined(const names& xs) {
  std::string result;
  for (const auto& x : xs)
    result += x + '\n';
  return result;
}

/// @returns each include of the product that *forbidden* objects to.
template <class Forbidden>
std::string breaches(Forbidden forbidden) {
  names result;
  for (const auto& s : product()) {
    for (const auto& x : s.quoted)
      if (forbidden(s.file, x, true))
        result.push_back(s.file.string() + ": \"" + x + '"');
    for (const auto& x : s.angled)
      if (forbidden(s.file, x, false))
        result.push_back(s.file.string() + ": <" + x + '>');
  }
  return joined(result);
}

/// Headers of CAF, of other libraries and of the host, by their written form.
bool is_caf(const std::string& x) {
  return starts_with(x, "caf/");
}

bool is_host(const std::string& x) {
  static const std::set<std::string> posix{
    "dirent.h", "fcntl.h", "grp.h",      "poll.h",    "pthread.h",          "pwd.h",    "sched.h",
    "signal.h", "spawn.h", "syslog.h",   "termios.h", "unistd.h",           "csignal",  "thread",
    "mutex",    "fstream", "filesystem", "iostream",  "condition_variable", "sqlite3.h"};
  return posix.count(x) > 0 || starts_with(x, "sys/") || starts_with(x, "linux/")
         || starts_with(x, "mach/") || starts_with(x, "SQLiteCpp/") || starts_with(x, "systemd/");
}

bool is_macos_only(const std::string& x) {
  return starts_with(x, "mach/") || starts_with(x, "mach-o/") || starts_with(x, "IOKit/")
         || starts_with(x, "CoreFoundation/") || starts_with(x, "notify.h") || x == "libproc.h"
         || x == "sys/sysctl.h" || x == "TargetConditionals.h";
}

bool is_linux_only(const std::string& x) {
  return starts_with(x, "linux/") || x == "sys/epoll.h" || x == "sys/timerfd.h"
         || x == "sys/eventfd.h" || x == "sys/signalfd.h" || x == "sys/inotify.h"
         || x == "sys/prctl.h" || x == "sys/sysinfo.h" || x == "sys/pidfd.h" || x == "asm/unistd.h"
         || x == "sys/vfs.h";
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Decisions: what is in an actor's folder and is neither its shell nor its dealings with the host.
bool is_decision(const fs::path& file) {
  if (room_of(file) != "actors" || role_of(file) == "supervision" || role_of(file) == "host")
    return false;
  const auto stem = file.stem().string();
  for (const auto* other : {"_linux", "_macos", "_posix", "_sqlite", "_actor"})
    if (ends_with(stem, other))
      return false;
  return stem != role_of(file);
}

/// A header that declares what a *_linux.cpp or *_sqlite.cpp beside it does, may name the host's
/// types.
bool is_decision_source(const fs::path& file) {
  return is_decision(file) && file.extension() == ".cpp";
}

constexpr std::array<const char*, 2> pages_for_newcomers{"README.md", "CONTRIBUTING.md"};

} // namespace

CAF_TEST(the product was found) {
  CAF_CHECK(product().size() > 15);
}

CAF_TEST(messages include only the standard library and messages) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool quoted) {
                    if (room_of(file) != "messages")
                      return false;
                    if (quoted)
                      return !starts_with(x, "messages/");
                    return (is_caf(x) && file.filename() != "actors.hpp") || is_host(x);
                  }),
                  "");
}

CAF_TEST(a role never includes another role) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool quoted) {
                    return quoted && room_of(file) == "actors" && !starts_with(x, "messages/")
                           && !starts_with(x, "actors/host/")
                           && !starts_with(x, "actors/supervision/")
                           && !starts_with(x, "actors/" + role_of(file) + '/');
                  }),
                  "");
}

CAF_TEST(supervision knows no role) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool quoted) {
                    return quoted && room_of(file) == "actors" && role_of(file) == "supervision"
                           && starts_with(x, "actors/") && !starts_with(x, "actors/host/")
                           && !starts_with(x, "actors/supervision/");
                  }),
                  "");
}

CAF_TEST(the host room knows neither CAF nor a role nor supervision) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool quoted) {
                    if (room_of(file) != "actors" || role_of(file) != "host")
                      return false;
                    return quoted ? !starts_with(x, "actors/host/") && !starts_with(x, "messages/")
                                  : is_caf(x);
                  }),
                  "");
}

CAF_TEST(decisions know neither CAF nor the host) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool quoted) {
                    if (!is_decision(file))
                      return false;
                    return is_caf(x) || x == "messages/actors.hpp"
                           || (!quoted && is_decision_source(file) && is_host(x));
                  }),
                  "");
}

CAF_TEST(the product does not know its tests) {
  CAF_CHECK_EQUAL(breaches([](const fs::path&, const std::string& x, bool quoted) {
                    return quoted && (starts_with(x, "tests/") || starts_with(x, "support/"));
                  }),
                  "");
}

CAF_TEST(includes from the house are written from its root) {
  CAF_CHECK_EQUAL(breaches([](const fs::path&, const std::string& x, bool quoted) {
                    return quoted && !fs::exists(fs::path{PMACTOR_SOURCE_DIR} / x);
                  }),
                  "");
}

CAF_TEST(each platform keeps to its own headers) {
  CAF_CHECK_EQUAL(breaches([](const fs::path& file, const std::string& x, bool) {
                    const auto stem = file.stem().string();
                    return (is_macos_only(x) && !ends_with(stem, "_macos"))
                           || (is_linux_only(x) && !ends_with(stem, "_linux"));
                  }),
                  "");
}

CAF_TEST(every header is included once) {
  names found;
  for (const auto& s : product()) {
    if (s.file.extension() != ".hpp")
      continue;
    std::ifstream in{fs::path{PMACTOR_SOURCE_DIR} / s.file};
    std::string line;
    bool once = false;
    while (!once && std::getline(in, line))
      once = line == "#pragma once";
    if (!once)
      found.push_back(s.file.string());
  }
  CAF_CHECK_EQUAL(joined(found), "");
}

CAF_TEST(folders are removed by one piece of code) {
  // The library's own takes paths, whose folders may be exchanged for links meanwhile.
  names found;
  for (const auto& s : product())
    if (text_of(fs::path{PMACTOR_SOURCE_DIR} / s.file).find("remove_all") != std::string::npos)
      found.push_back(s.file.string());
  CAF_CHECK_EQUAL(joined(found), "");
}

CAF_TEST(the pages for newcomers name only commands that there are) {
  const fs::path root{PMACTOR_SOURCE_DIR};
  const auto script = text_of(root / "dev");
  const auto commands = text_of(root / "app/commands/commands.hpp");
  static const std::regex call{R"((\./dev|pmactor) ([a-z]+(?:-[a-z]+)*)\b)"};
  names missing;
  std::size_t seen = 0;
  for (const auto* page : pages_for_newcomers) {
    std::ifstream in{root / page};
    bool example = false;
    for (std::string line; std::getline(in, line);) {
      if (starts_with(line, "```"))
        example = !example;
      if (example && !starts_with(line, "$ "))
        continue; // output
      for (std::sregex_iterator x{line.begin(), line.end(), call}, none; x != none; ++x, ++seen) {
        const auto verb = (*x)[2].str();
        const bool known = (*x)[1] == "./dev" ? script.find("\nverb_" + verb + "() {") != script.npos
                                              : commands.find(" add_" + verb + "(") != commands.npos;
        if (!known)
          missing.push_back(x->str());
      }
    }
  }
  CAF_CHECK_EQUAL(joined(missing), "");
  CAF_CHECK(seen > 10);
}

CAF_TEST(every source file can be read in one sitting) {
  // What people write in a programming language, tests included. Not `dev`: it is a list of short
  // verbs, one script so that it can be copied and run alone. Not data, schemas and boards, which
  // are looked up in and not read.
  constexpr std::ptrdiff_t most_lines = 450;
  static const std::set<std::string> languages{".c",  ".cc",  ".cpp", ".hpp", ".css",
                                               ".js", ".mjs", ".py",  ".sh"};
  const fs::path root{PMACTOR_SOURCE_DIR};
  names found;
  std::size_t seen = 0;
  for (const auto* room : {"messages", "actors", "app", "conf", "tests"})
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto file = fs::relative(entry.path(), root).string();
      if (!entry.is_regular_file() || languages.count(entry.path().extension()) == 0
          || starts_with(file, "tests/data/"))
        continue;
      ++seen;
      const auto text = text_of(entry.path());
      if (const auto lines = std::count(text.begin(), text.end(), '\n'); lines > most_lines)
        found.push_back(file + " has " + std::to_string(lines) + " lines");
    }
  CAF_CHECK_EQUAL(joined(found), "");
  CAF_CHECK(seen > 1000);
}

CAF_TEST(nothing else lies at the root) {
  // Hidden entries are an editor's and git's own affair.
  static const std::set<std::string> allowed{"CHANGELOG.md",
                                             "CMakeLists.txt",
                                             "CMakePresets.json",
                                             "CONTRIBUTING.md",
                                             "LICENSE",
                                             "README.md",
                                             "SECURITY.md",
                                             "actors",
                                             "app",
                                             "build",
                                             "conf",
                                             "dev",
                                             "messages",
                                             "tests"};
  names found;
  for (const auto& entry : fs::directory_iterator(PMACTOR_SOURCE_DIR)) {
    const auto name = entry.path().filename().string();
    if (name.front() != '.' && allowed.count(name) == 0)
      found.push_back(name);
  }
  CAF_CHECK_EQUAL(joined(found), "");
}

CAF_TEST(the pages for newcomers name only files that there are) {
  const fs::path root{PMACTOR_SOURCE_DIR};
  // What has a part in angle brackets stands for many.
  static const std::regex place{R"(`((?:messages|actors|app|conf|tests)/[^`\s<]*)`|\]\(([^):#]+)\))"};
  names missing;
  std::size_t seen = 0;
  for (const auto* page : pages_for_newcomers) {
    const auto text = text_of(root / page);
    for (std::sregex_iterator x{text.begin(), text.end(), place}, none; x != none; ++x, ++seen) {
      auto file = (*x)[1].matched ? (*x)[1].str() : (*x)[2].str();
      if (const auto each = file.find('*'); each != file.npos)
        file.replace(each, 1, "linux");
      if (!fs::exists(root / file))
        missing.push_back(file);
    }
  }
  CAF_CHECK_EQUAL(joined(missing), "");
  CAF_CHECK(seen > 40);
}
