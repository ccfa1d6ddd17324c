#define CAF_SUITE find_standstill

#include "app/witness/find_standstill.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

struct fixture {
  standstill_finder watch;
  nanoseconds total = 100s, wall = 1'000'000s + 300ms; ///< What the machine takes for the time.
  nanoseconds real = wall;                             ///< The true one.

  std::optional<standstill> look() {
    return watch.look({std::chrono::floor<std::chrono::seconds>(real), total, wall});
  }
  void pass(nanoseconds x) {
    total += x;
    wall += x;
    real += x;
  }
  /// For long enough that the watch knows the fraction of a second.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      CAF_CHECK(!look());
      pass(9700ms);
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(find_standstill_tests, fixture)

CAF_TEST(a machine that was stopped from outside is found with its length) {
  settle();
  for (const auto length : {2s, 3s, 10s, 3600s}) {
    real += length;
    const auto found = look();
    CAF_REQUIRE(found);
    CAF_CHECK(std::chrono::abs(found->length - length) <= found->uncertainty);
    CAF_CHECK(found->uncertainty <= 1100ms);
    CAF_CHECK_EQUAL(found->within, 9700ms);
    pass(9700ms);
    settle();
  }
}

CAF_TEST(a clock that is set is no standstill) {
  settle();
  wall += 30s; // the machine's
  CAF_CHECK(!look());
  pass(9700ms);
  settle();
  wall -= 30s;
  real = wall; // and the real-time clock by it
  CAF_CHECK(!look());
  pass(9700ms);
  settle();
  real -= 90s; // it went wrong, and is set again
  CAF_CHECK(!look());
  pass(9700ms);
  real = wall;
  CAF_CHECK(!look());
}

CAF_TEST(clocks that drift apart are no standstill) {
  for (int i = 0; i < 10'000; ++i) {
    pass(9700ms);
    real += 9700ms / 20'000; // 50 ppm
    CAF_CHECK(!look());
  }
}

CAF_TEST(a real-time clock that keeps local time is as good) {
  real += 5h + 30min;
  settle();
  real += 3s;
  CAF_CHECK(look());
}

CAF_TEST_FIXTURE_SCOPE_END()
