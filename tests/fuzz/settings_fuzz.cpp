// A settings file of any bytes.
#include "fuzz/fuzz.hpp"

#include "app/settings/read_settings.hpp"

using namespace pmactor;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = parse_settings({reinterpret_cast<const char*>(data), size}, "file");
  for (const auto& problem : read.problems) {
    must(is_tame(problem), "a problem is safe for a terminal");
    must(problem.size() < 8192, "a problem is bounded");
  }
  for (const auto& key : all_settings())
    must(key.check(key.get(read.values)).empty(), "what was read is within its bounds");
  return 0;
}
