#define CAF_SUITE parse_counters

#include "actors/system_metrics/parse_counters.hpp"

#include <random>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(CPU time is busy or idle and the CPUs are counted) {
  system_counters x;
  parse_cpu("cpu  10 20 30 400 50 6 7 8 1000 2000\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 1 1 1 1 1 1 1 1\n"
            "intr 5 0 0\nctxt 99\n",
            x);
  CAF_CHECK(x.cpu == (cpu_times{10 + 20 + 30 + 6 + 7 + 8, 400 + 50}));
  CAF_CHECK_EQUAL(x.cores, 2u);
}

CAF_TEST(times without all of their columns are absent) {
  system_counters x;
  parse_cpu("cpu 1 2 3 4 5 6 7\nintr 5\n", x);
  CAF_CHECK(!x.cpu);
}

CAF_TEST(available memory is not free memory) {
  system_counters x;
  parse_memory("MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    6000 kB\n"
               "SwapCached: 7 kB\nSwapTotal:       2000 kB\nSwapFree:        1500 kB\nDirty: 1 kB\n",
               x);
  CAF_CHECK_EQUAL(x.mem_total.value(), 8000 * 1024.0);
  CAF_CHECK_EQUAL(x.mem_available.value(), 6000 * 1024.0);
  CAF_CHECK_EQUAL(x.swap_used.value(), 500 * 1024.0);
}

CAF_TEST(memory that an old kernel does not report is absent) {
  system_counters x;
  parse_memory("MemTotal: 8000 kB\nMemFree: 100 kB\nSwapTotal: 5 kB\nSwapFree: 9 kB\n", x);
  CAF_CHECK(!x.mem_available);
  CAF_CHECK(!x.swap_used); // more free than there is: not true
}

CAF_TEST(more available memory than there is is absent and noted) {
  system_counters x;
  parse_memory(
    "MemTotal: 2097152 kB\nMemFree: 1500000 kB\nMemAvailable: 2621440 kB\nSwapTotal: 0 kB\n"
    "SwapFree: 0 kB\n",
    x);
  CAF_CHECK_EQUAL(x.mem_total.value(), 2097152 * 1024.0);
  CAF_CHECK(!x.mem_available);
  CAF_CHECK(x.is_memory_contradictory);
  CAF_CHECK_EQUAL(x.swap_used.value(), 0.0);
  system_counters whole;
  parse_memory("MemTotal: 10 kB\nMemAvailable: 10 kB\n", whole);
  CAF_CHECK(whole.mem_available.has_value());
  CAF_CHECK(!whole.is_memory_contradictory);
}

CAF_TEST(pressure is the totals) {
  const auto x = parse_stalls("some avg10=21.19 avg60=7.24 avg300=2.21 total=15011189\n"
                                "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
  CAF_CHECK_EQUAL(x.some.value(), 15011189u);
  CAF_CHECK_EQUAL(x.full.value(), 7u);
  CAF_CHECK(parse_stalls("some avg10=0.00\n") == stall_times{});
  CAF_CHECK(parse_stalls("") == stall_times{});
}

CAF_TEST(no text is too odd) {
  const std::string text = "cpu  1 2 3 4 5 6 7 8\ncpu0 1\n8 0 sda 1 0 10 0 1 0 20 0\n eth0: 1 2 3\n"
                           "some total=18446744073709551616\nMemTotal: 1 kB\nSwapFree: x\n";
  std::mt19937 chance{7};
  for (int round = 0; round < 2000; ++round) {
    auto bytes = text;
    for (int i = 0; i < 6; ++i)
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    bytes.resize(chance() % (bytes.size() + 1));
    system_counters x;
    parse_cpu(bytes, x);
    parse_memory(bytes, x);
    parse_stalls(bytes);
  }
}
