// Texts that tests expect, kept in tests/data and read by people. Run a test with
// PMACTOR_WRITE_EXPECTED=1 to write them anew, then look at what changed.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace pmactor {

/// @param file e.g. "top_80x24.txt". @returns the text that is kept there; *now*, if it is to be
/// written anew.
inline std::string expected_text(const std::string& folder, const std::string& file,
                                 const std::string& now) {
  const auto path = folder + "/tests/data/" + file;
  if (std::getenv("PMACTOR_WRITE_EXPECTED") != nullptr)
    std::ofstream{path} << now;
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace pmactor
