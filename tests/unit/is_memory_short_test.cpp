#define CAF_SUITE is_memory_short

#include "actors/kernel_log/is_memory_short.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string pressed(const std::string& some) {
  return "some avg10=" + some
         + " avg60=0.00 avg300=0.00 total=9\n"
           "full avg10=0.00 avg60=0.00 avg300=0.00 total=3\n";
}

std::string meminfo(int available, int swap, int swap_free) {
  return "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:   "
         + std::to_string(available) + " kB\nSwapCached:            0 kB\nSwapTotal:      "
         + std::to_string(swap) + " kB\nSwapFree:       " + std::to_string(swap_free) + " kB\n";
}

} // namespace

CAF_TEST(memory is short where tasks wait for it) {
  CAF_CHECK(is_memory_short(pressed("5.00"), ""));
  CAF_CHECK(!is_memory_short(pressed("4.99"), ""));
  CAF_CHECK(!is_memory_short(pressed("0.00"), meminfo(100, 0, 0))); // the kernel knows better
}

CAF_TEST(where the kernel counts no pressure it is short when neither memory nor swap is left) {
  CAF_CHECK(is_memory_short("", meminfo(1'600'000, 0, 0)));
  CAF_CHECK(!is_memory_short("", meminfo(4'000'000, 0, 0)));
  CAF_CHECK(is_memory_short("", meminfo(1'600'000, 8'000'000, 800'000)));
  CAF_CHECK(!is_memory_short("", meminfo(1'600'000, 8'000'000, 4'000'000)));
}

CAF_TEST(nothing is short where nothing is known) {
  CAF_CHECK(!is_memory_short("", ""));
  CAF_CHECK(!is_memory_short("some avg10=", "MemTotal:       16000000 kB\n"));
}
