#define CAF_SUITE processes

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "support/test.hpp"

// What a process inherits is decided in one place, so it is started in one place.
namespace {

namespace fs = std::filesystem;

/// @returns the lines of the product, outside of comments, that match, as "file: match".
std::string matches(const std::regex& wanted, const std::string& except) {
  std::string result;
  const fs::path root{PMACTOR_SOURCE_DIR};
  for (const auto* room : {"messages", "actors", "app"})
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      const auto name = fs::relative(entry.path(), root).string();
      if (!entry.is_regular_file() || name == except)
        continue;
      std::ifstream in{entry.path()};
      for (std::string line; std::getline(in, line);) {
        line.resize(std::min(line.find("//"), line.size()));
        if (std::smatch found; std::regex_search(line, found, wanted))
          result += name + ": " + found.str() + '\n';
      }
    }
  return result;
}

} // namespace

CAF_TEST(only one file starts processes) {
  const std::regex start{R"((^|[^\w.>])(fork|vfork|posix_spawnp?|exec[vl]p?e?|fexecve|execveat|popen|system|clone3?|daemon)\s*\()"};
  CAF_CHECK_EQUAL(matches(start, "actors/host/start_process_posix.cpp"), "");
  CAF_CHECK(matches(start, "").find("start_process_posix.cpp: ") != std::string::npos);
}

CAF_TEST(no thread is detached but by the one place that knows of it at the end) {
  CAF_CHECK_EQUAL(matches(std::regex{R"(\.detach\(\))"}, "actors/host/expendable_thread_posix.cpp"), "");
}
