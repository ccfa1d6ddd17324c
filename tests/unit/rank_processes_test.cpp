#define CAF_SUITE rank_processes

#include "app/top/rank_processes.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

top_process process(std::int64_t pid, const char* name, const char* unit, double cpu, double memory, double io) {
  top_process x;
  x.sample.pid = pid;
  x.sample.name = name;
  x.sample.cpu_pct = cpu;
  x.sample.mem_bytes = memory;
  x.sample.io_read = io;
  x.sample.io_write = io / 2;
  x.unit = unit;
  return x;
}

struct fixture {
  std::vector<top_process> processes;
  sample_row sample;

  fixture() {
    processes = {process(4711, "rsync", "backup.service", 35.2, 48e6, 90e6),
                 process(812, "firefox", "session.scope", 61.0, 1.9e9, 2e5),
                 process(77, "postgres", "postgresql.service", 4.5, 350e6, 4e6),
                 process(1, "systemd", "init.scope", 0.1, 12e6, 0)};
    processes[0].is_suspected = true;
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
