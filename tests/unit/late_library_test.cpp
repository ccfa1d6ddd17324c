#define CAF_SUITE late_library

#include "actors/host/late_library.hpp"

#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr const char* no_file = "libpmactor-has-none.so.1";

struct mathematics : late_library {
  mathematics() : late_library{{"libm", "libm.so.6", "libSystem.B.dylib", "libc6", "none"}} {
  }
  PMACTOR_LATE(nan);
};

struct absent_library : late_library {
  absent_library() : late_library{{"libnone", no_file, no_file, "libnone1", "libnone"}} {
  }
  PMACTOR_LATE(nan);
};

/// Another library than the one that has the function.
struct poorer_library : late_library {
  poorer_library() : late_library{{"libdl", "libdl.so.2", "libobjc.A.dylib", "libc6", "none"}} {
  }
  PMACTOR_LATE(nan);
};

std::string refusal(const late_library& x) {
  try {
    x.require("Cannot reckon");
  } catch (const std::runtime_error& problem) {
    return problem.what();
  }
  return {};
}

} // namespace

CAF_TEST(a function is called by the type that its header declares) {
  const mathematics lib;
  CAF_REQUIRE_EQUAL(lib.problem(), "");
  CAF_CHECK_EQUAL(refusal(lib), "");
  static_assert(std::is_same_v<decltype(lib.nan("")), double>);
  CAF_CHECK(std::isnan(lib.nan("")));
}

CAF_TEST(a library that is not there is named with its package) {
  const absent_library lib;
  CAF_CHECK(lib.nan == nullptr);
  CAF_CHECK(lib.problem().starts_with("libnone cannot be loaded ("));
  CAF_CHECK(lib.problem().find(no_file) != std::string::npos);
  CAF_CHECK(refusal(lib).starts_with("Cannot reckon: libnone cannot be loaded ("));
#ifdef __linux__
  CAF_CHECK(lib.problem().ends_with("; install it (Debian: libnone1)"));
#endif
}

CAF_TEST(a library that lacks a function is refused as too old) {
  const poorer_library lib;
  CAF_CHECK_EQUAL(refusal(lib), "Cannot reckon: the libdl of this machine has no nan; install a newer one.");
}
