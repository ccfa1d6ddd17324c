#define CAF_SUITE read_real

#include "messages/read_real.hpp"

#include <string>
#include <string_view>
#include <system_error>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// The number, and after a `|` what was left of the text; or what was wrong.
std::string read(std::string_view text) {
  double value = -42;
  const auto [rest, problem] = read_real(text.data(), text.data() + text.size(), value);
  if (problem == std::errc::result_out_of_range)
    return "out of range";
  if (problem != std::errc{})
    return rest == text.data() && value == -42 ? "none" : "none but it changed something";
  return std::to_string(value) + "|" + std::string{rest, text.data() + text.size()};
}

} // namespace

CAF_TEST(numbers are read as far as they go) {
  CAF_CHECK_EQUAL(read("12"), "12.000000|");
  CAF_CHECK_EQUAL(read("-0.25 s"), "-0.250000| s");
  CAF_CHECK_EQUAL(read(".5"), "0.500000|");
  CAF_CHECK_EQUAL(read("5."), "5.000000|");
  CAF_CHECK_EQUAL(read("1.02002e+09"), "1020020000.000000|");
  CAF_CHECK_EQUAL(read("1E-3x"), "0.001000|x");
  CAF_CHECK_EQUAL(read("1.2.3"), "1.200000|.3");
}

CAF_TEST(an e without digits belongs to the next word) {
  CAF_CHECK_EQUAL(read("3e"), "3.000000|e");
  CAF_CHECK_EQUAL(read("3e+"), "3.000000|e+");
  CAF_CHECK_EQUAL(read("3ever"), "3.000000|ever");
}

CAF_TEST(a fixed number has no exponent) {
  const std::string text = "2e3";
  double value = 0;
  const auto [rest, problem]
    = read_real(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  CAF_CHECK(problem == std::errc{});
  CAF_CHECK_EQUAL(value, 2);
  CAF_CHECK_EQUAL(std::string{rest}, "e3");
}

CAF_TEST(what is no number is none) {
  for (const auto* text : {"", "-", ".", "-.", "e5", "+1", " 1", "inf", "-inf", "nan", "x"})
    CAF_CHECK_EQUAL(read(text), "none");
  CAF_CHECK_EQUAL(read("0x10"), "0.000000|x10");
}

CAF_TEST(numbers that a double cannot hold are out of range) {
  CAF_CHECK_EQUAL(read("1e400"), "out of range");
  CAF_CHECK_EQUAL(read("-1e400"), "out of range");
  CAF_CHECK_EQUAL(read("1e-400"), "out of range");
}

CAF_TEST(nothing behind the end is read) {
  const std::string text = "12345";
  double value = 0;
  CAF_CHECK(read_real(text.data(), text.data() + 2, value).ptr == text.data() + 2);
  CAF_CHECK_EQUAL(value, 12);
}
