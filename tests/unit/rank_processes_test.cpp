#define CAF_SUITE rank_processes

#include "app/top/rank_processes.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "support/test.hpp"
#include "support/top_processes.hpp"

using namespace pmactor;

namespace {

struct fixture {
  std::vector<top_process> processes;
  sample_row sample;

  fixture() {
    processes = four_processes();
    sample[sample_column::psi_cpu_some] = 15;
    sample[sample_column::psi_io_some] = 1;
    rank_harm(processes, sample);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(suspects lead by harm and absent values come last) {
  processes[2].sample.cpu_pct.reset();
  const auto names = [this](top_order order, const char* filter = "") {
    std::string result;
    for (const auto& x : chosen_processes(processes, order, filter))
      result += x.sample.name + ' ';
    return result;
  };
  CAF_CHECK_EQUAL(names(top_order::harm), "rsync firefox postgres systemd ");
  CAF_CHECK_EQUAL(names(top_order::cpu), "firefox rsync systemd postgres ");
  CAF_CHECK_EQUAL(names(top_order::memory, "FIRE"), "firefox ");
  CAF_CHECK_EQUAL(names(top_order::memory, "4711"), "rsync ");
  const auto units = chosen_units(processes, top_order::disk, "");
  CAF_CHECK_EQUAL(units.front().name, "backup.service");
}

CAF_TEST(harm is shared out by what each had of what others waited for) {
  double sum = 0;
  for (const auto& x : processes)
    sum += x.harm;
  CAF_CHECK(std::abs(sum - *sample[sample_column::psi_cpu_some] - *sample[sample_column::psi_io_some]) < 1e-6);
  rank_harm(processes, std::nullopt);
  CAF_CHECK_EQUAL(processes[0].harm, 0.0);
}

CAF_TEST_FIXTURE_SCOPE_END()
