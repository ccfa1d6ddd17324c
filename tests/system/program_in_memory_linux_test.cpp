// What the daemon keeps of its program in memory, so that no disk is asked for it while that does not answer.
#define CAF_SUITE program_in_memory_linux

#include "support/background.hpp"
#include "support/daemon.hpp"

#include <fstream>
#include <optional>
#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct mapping_size {
  double all_kb = 0, resident_kb = 0;
};

/// @returns how much of the program's code is in the memory of this process.
std::optional<mapping_size> code_of_program(pid_t pid) {
  std::ifstream maps{"/proc/" + std::to_string(pid) + "/smaps"};
  mapping_size result;
  bool is_code = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" r-xp ") != line.npos)
      is_code = line.find(PMACTOR_PROGRAM) != line.npos;
    else if (is_code && line.starts_with("Size:"))
      result.all_kb = std::stod(line.substr(5));
    else if (is_code && line.starts_with("Rss:")) {
      result.resident_kb = std::stod(line.substr(4));
      return result;
    }
  }
  return std::nullopt;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(program_in_memory_tests, background_home)

CAF_TEST(the daemon keeps its own code in memory and not that of commands) {
  const auto code = code_of_program(start());
  CAF_REQUIRE(code);
  CAF_MESSAGE("resident: " << code->resident_kb << " of " << code->all_kb << " kB");
  CAF_CHECK(code->resident_kb > 0.5 * code->all_kb); // a start alone touches a third
  CAF_CHECK(code->resident_kb < 0.85 * code->all_kb);
}

CAF_TEST_FIXTURE_SCOPE_END()
