#define CAF_SUITE parse_pressure

#include "actors/host/parse_pressure.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const std::string text = "some avg10=21.19 avg60=7.24 avg300=2.21 total=15011189\n"
                         "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";

} // namespace

CAF_TEST(a pressure file gives the share and the total of each of its lines) {
  const auto x = parse_pressure(text);
  CAF_CHECK(x.some == (pressure_line{15011189us, 21.19}));
  CAF_CHECK(x.full == (pressure_line{7us, 0.0}));
}

CAF_TEST(a line that is cut is absent) {
  const auto line = text.find('\n');
  for (std::size_t size = 0; size <= line; ++size)
    CAF_CHECK(!parse_pressure(text.substr(0, size)).some);
  CAF_CHECK(!parse_pressure(text.substr(0, text.size() - 1)).full);
  CAF_CHECK(parse_pressure(text.substr(0, text.size() - 1)).some);
}

CAF_TEST(a line without a total is absent and one without shares is not) {
  CAF_CHECK(!parse_pressure("some avg10=0.00\nfull avg10=0.00 total=789\n").some);
  CAF_CHECK(parse_pressure("some total=789\n").some == (pressure_line{789us, std::nullopt}));
  for (const auto* bad : {"", "nonsense\n", "some total=\n", "some total=1x\n",
                          "some total=18446744073709551616\n", "same total=1\n"})
    CAF_CHECK(parse_pressure(bad) == pressure{});
}

CAF_TEST(a share that is none is absent) {
  for (const auto* bad : {"nan", "1", "1.", "1.5", "1.5x", "-1.00", "1.005"})
    CAF_CHECK(parse_pressure("some avg10=" + std::string{bad} + " total=1\n").some
              == (pressure_line{1us, std::nullopt}));
}
