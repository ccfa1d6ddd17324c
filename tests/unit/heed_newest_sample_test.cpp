#define CAF_SUITE heed_newest_sample

#include "app/views/inspect_health.hpp"

#include "support/test.hpp"

#include <limits>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

health_view dead() {
  health_view x;
  x.now_wall = 1'700'000'010s;
  x.verdict.state = health_state::dead;
  x.verdict.last_sign = 1'700'000'000'180ms;
  return x;
}

} // namespace

CAF_TEST(the newest sample is the last sign of a daemon that died where it is newer than the pulse) {
  auto x = dead();
  heed_newest_sample(x, 1'700'000'001.0);
  CAF_CHECK(x.verdict.last_sign == std::chrono::nanoseconds{1'700'000'001s});
}

CAF_TEST(a sample that is older or absent or of the future is no sign) {
  for (const auto& newest : {std::optional{1'699'999'990.0}, std::optional<double>{}, std::optional{1'700'000'020.0},
                             std::optional{std::numeric_limits<double>::quiet_NaN()}}) {
    auto x = dead();
    heed_newest_sample(x, newest);
    CAF_CHECK(x.verdict.last_sign == dead().verdict.last_sign);
  }
}

CAF_TEST(a daemon that lives has no last sign) {
  auto x = dead();
  x.verdict.state = health_state::healthy;
  x.verdict.last_sign.reset();
  heed_newest_sample(x, 1'700'000'001.0);
  CAF_CHECK(!x.verdict.last_sign);
}
