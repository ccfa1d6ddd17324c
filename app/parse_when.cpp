#include "app/parse_when.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>

namespace pmactor {

std::optional<double> parse_span(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || !std::isfinite(value) || value < 0)
    return std::nullopt;
  const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
  if (unit.empty() || unit == "s")
    return value;
  if (unit == "ms")
    return value / 1000;
  if (unit == "m" || unit == "min")
    return value * 60;
  if (unit == "h")
    return value * 3600;
  if (unit == "d")
    return value * 86400;
  if (unit == "w")
    return value * 7 * 86400;
  return std::nullopt;
}

std::optional<double> parse_when(std::string_view text, double now) {
  if (!text.empty() && text.front() == '@') {
    text.remove_prefix(1);
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc{} || rest != end || !std::isfinite(value))
      return std::nullopt;
    return value;
  }
  if (const auto ago = parse_span(text))
    return now - *ago;
  const std::string copy{text};
  std::tm broken{};
  int length = 0;
  char separator = 0;
  const int found = std::sscanf(copy.c_str(), "%4d-%2d-%2d%n%c%2d:%2d%n:%2d%n", &broken.tm_year,
                                &broken.tm_mon, &broken.tm_mday, &length, &separator, &broken.tm_hour,
                                &broken.tm_min, &length, &broken.tm_sec, &length);
  if (static_cast<std::size_t>(length) != copy.size()
      || (found != 3 && !((found == 6 || found == 7) && (separator == ' ' || separator == 'T'))))
    return std::nullopt;
  if (broken.tm_mon < 1 || broken.tm_mon > 12 || broken.tm_mday < 1 || broken.tm_mday > 31
      || broken.tm_hour > 23 || broken.tm_min > 59 || broken.tm_sec > 60 || broken.tm_hour < 0
      || broken.tm_min < 0 || broken.tm_sec < 0)
    return std::nullopt;
  broken.tm_year -= 1900;
  broken.tm_mon -= 1;
  broken.tm_isdst = -1; // let the zone decide
  const auto result = std::mktime(&broken);
  return result == -1 ? std::nullopt : std::optional{static_cast<double>(result)};
}

} // namespace pmactor
