#define CAF_SUITE find_rise

#include "actors/flight_recorder/find_rise.hpp"

#include "support/test.hpp"

using namespace pmactor;

namespace {

stress_score score(std::optional<double> load, std::optional<double> io) {
  stress_score x;
  x.load = load;
  x.io = io;
  return x;
}

} // namespace

CAF_TEST(what was high all along did not rise) {
  CAF_CHECK(find_rise({score(40, 0), score(40, 0), score(40, 20)}) == stress_part::disk);
  CAF_CHECK(find_rise({score(10, 20), score(20, 20), score(40, 20)}) == stress_part::load);
}

CAF_TEST(a load that climbs does not hide what came on top of it) {
  CAF_CHECK(find_rise({score(34, 0), score(36, 0), score(38, 0), score(40, 20)}) == stress_part::disk);
}

CAF_TEST(what is not known has not risen) {
  CAF_CHECK(!find_rise({}));
  CAF_CHECK(!find_rise({score(40, 20)}));
  CAF_CHECK(!find_rise({score(40, {}), score(40, 20)}));
  CAF_CHECK(!find_rise({score(40, 20), score(40, {})}));
}

CAF_TEST(how late the own timers were is no part of it) {
  auto late = score(40, 0);
  late.latency = 30;
  CAF_CHECK(!find_rise({score(40, 0), late}));
}
