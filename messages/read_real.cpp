#include "messages/read_real.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

} // namespace

std::from_chars_result read_real(const char* first, const char* last, double& value,
                                 std::chars_format format) {
  const auto skip_digits = [last](const char* from) { return std::find_if_not(from, last, is_digit); };
  const auto* const whole = first != last && *first == '-' ? first + 1 : first;
  const auto* end = skip_digits(whole);
  auto count = end - whole;
  if (end != last && *end == '.') {
    const auto* const fraction = end + 1;
    end = skip_digits(fraction);
    count += end - fraction;
  }
  if (count == 0)
    return {first, std::errc::invalid_argument};
  // An `e` without digits behind it is another word's.
  const bool may_have_exponent = (format & std::chars_format::scientific) != std::chars_format{};
  if (may_have_exponent && end != last && (*end == 'e' || *end == 'E')) {
    const auto* exponent = end + 1;
    if (exponent != last && (*exponent == '+' || *exponent == '-'))
      ++exponent;
    if (exponent != last && is_digit(*exponent))
      end = skip_digits(exponent);
  }
  const std::string number{first, end};
  const auto before = std::exchange(errno, 0);
  const auto result = std::strtod(number.c_str(), nullptr);
  const auto problem = std::exchange(errno, before);
  if (problem == ERANGE)
    return {end, std::errc::result_out_of_range};
  value = result;
  return {end, std::errc{}};
}

} // namespace pmactor
