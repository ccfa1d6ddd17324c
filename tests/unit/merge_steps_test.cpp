#define CAF_SUITE merge_steps

#include "app/history/merge_steps.hpp"

#include <cmath>
#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

sample_row step(double at, double stress, double load) {
  sample_row x;
  x[sample_column::timestamp] = at;
  x[sample_column::stress_total] = stress;
  x[sample_column::load_avg] = load;
  return x;
}

} // namespace

CAF_TEST(a peak among the kept seconds is that of its step and the means stay) {
  step_merger aut{{step(60, 70, 9), step(120, 5, 9), step(240, 33, 9)}};
  std::string shown;
  const auto take = [&shown](const sample_row& x) {
    shown += std::to_string(std::lround(x.at())) + ':' + std::to_string(std::lround(x[sample_column::stress_total].value_or(-1)))
             + '/' + std::to_string(std::lround(x[sample_column::load_avg].value_or(-1))) + ' ';
    return true;
  };
  aut.add(step(0, 1, 2), take);
  aut.add(step(60, 1, 2), take);
  aut.add(step(120, 10, 2), take);
  aut.finish(take);
  CAF_CHECK_EQUAL(shown, "0:1/2 60:70/2 120:10/2 240:33/9 ");
}
