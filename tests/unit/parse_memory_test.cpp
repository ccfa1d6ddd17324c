#define CAF_SUITE parse_memory

#include "actors/host/parse_memory.hpp"

#include <map>
#include <string>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(amounts of memory are bytes and available is not free) {
  const auto x = parse_meminfo(
    "MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    6000 kB\n"
    "SwapCached: 7 kB\nSwapTotal:       2000 kB\nSwapFree:        1500 kB\nDirty: 1 kB\n");
  CAF_CHECK(x.total == 8000u * 1024 && x.available == 6000u * 1024);
  CAF_CHECK(x.swap_total == 2000u * 1024 && x.swap_free == 1500u * 1024);
}

CAF_TEST(more available memory than there is is known to none) {
  const auto x = parse_meminfo("MemTotal: 2097152 kB\nMemAvailable: 2621440 kB\n");
  CAF_CHECK(x.is_contradictory && x.total && !x.available);
  CAF_CHECK(!parse_meminfo("MemTotal: 10 kB\nMemAvailable: 10 kB\n").is_contradictory);
}

CAF_TEST(an amount that is cut or makes no sense is absent) {
  for (const auto* bad : {"", "MemTotal:", "MemTotal: 80", "MemTotal: 80 k", "MemTotal: x kB\n",
                          "MemTotal: 80\n", "MemTotal: 18446744073709551615 kB\n"})
    CAF_CHECK(!parse_meminfo(bad).total);
}

CAF_TEST(every counter of memory is read but the one that the end cuts) {
  std::map<std::string, std::uint64_t> found;
  each_memory_counter(
    "nr_free_pages 9\nbroken\noom_kill 2\npswpin 123",
    [&](std::string_view name, std::uint64_t value) { found.emplace(name, value); });
  CAF_CHECK((found == std::map<std::string, std::uint64_t>{{"nr_free_pages", 9}, {"oom_kill", 2}}));
}
