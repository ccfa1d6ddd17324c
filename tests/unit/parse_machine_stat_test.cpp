#define CAF_SUITE parse_machine_stat

#include "actors/host/parse_machine_stat.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;

namespace {

const std::string text = "cpu  10 20 30 400 50 6 7 8 9 10\ncpu0 5 10 15 200 25 3 3 4 4 5\n"
                         "cpu2 5 10 15 200 25 3 4 4 5 5\nintr 160629 0 0\nctxt 309847\nbtime 1795298615\n"
                         "processes 4711\nprocs_running 1\nprocs_blocked 2\n";

} // namespace

CAF_TEST(the times of all CPUs are read without those of guests) {
  const auto x = parse_machine_stat(text);
  CAF_REQUIRE(x.all.has_value());
  CAF_CHECK(*x.all == (cpu_ticks{10, 20, 30, 400, 50, 6, 7, 8}));
  CAF_CHECK_EQUAL(x.all->busy(), 81u);
  CAF_CHECK_EQUAL(x.all->unused(), 450u);
  CAF_CHECK(x.cpus == 2u);
}

CAF_TEST(the boot and the forks and the switches and the blocked tasks are read) {
  const auto x = parse_machine_stat(text);
  CAF_CHECK(x.boot_time == 1795298615);
  CAF_CHECK(x.forks == 4711u);
  CAF_CHECK(x.switches == 309847u);
  CAF_CHECK(x.blocked == 2u);
  const auto none = parse_machine_stat("ctxt -\nbtime\nprocesses x\nprocs_blocked\n");
  CAF_CHECK(!none.switches);
  CAF_CHECK(!none.boot_time);
  CAF_CHECK(!none.forks);
  CAF_CHECK(!none.blocked);
}

CAF_TEST(each CPU is named by its number) {
  std::vector<std::uint32_t> numbers;
  std::vector<cpu_ticks> ticks;
  parse_machine_stat(text, [&](std::uint32_t number, const cpu_ticks& x) {
    numbers.push_back(number);
    ticks.push_back(x);
  });
  CAF_CHECK_EQUAL(numbers, (std::vector<std::uint32_t>{0, 2}));
  CAF_CHECK(ticks.back() == (cpu_ticks{5, 10, 15, 200, 25, 3, 4, 4}));
}

CAF_TEST(CPUs that a cut may have taken are not counted) {
  for (std::size_t cut = 0; cut < text.find("intr") + 3; ++cut)
    CAF_CHECK(!parse_machine_stat(text.substr(0, cut)).cpus);
  for (std::size_t cut = 0; cut <= text.find('\n'); ++cut)
    CAF_CHECK(!parse_machine_stat(text.substr(0, cut)).all);
}

CAF_TEST(the load average is its first word and what wants to run the number before the stroke) {
  const auto x = parse_load_average("12.07 3.00 1.00 2/345 6789\n");
  CAF_REQUIRE(x.minute);
  CAF_CHECK(std::abs(*x.minute - 12.07) < 1e-9);
  CAF_CHECK(x.runnable == 2u);
  for (const auto* bad : {"", "\n", "x", "-1.0", "1.", "1.x", "1.0", "nan",
                          "99999999999999999999.00", "1 1.00 1.00 23"}) {
    const auto y = parse_load_average(bad);
    CAF_CHECK(!y.minute && !y.runnable);
  }
}
