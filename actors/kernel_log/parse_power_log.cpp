#include "actors/host/parse_numbers.hpp"
#include "actors/kernel_log/program_log.hpp"

#include <chrono>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t longest_line = 1024;

/// Takes so many digits and what is behind them. @returns nothing if they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t count, char behind) {
  int result = 0;
  if (text.size() <= count || text[count] != behind)
    return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9')
      return std::nullopt;
    result = 10 * result + (text[i] - '0');
  }
  text.remove_prefix(count + 1);
  return result;
}

} // namespace

std::optional<program_line> parse_power_log_line(std::string_view line) {
  const auto year = take_digits(line, 4, '-');
  const auto month = year ? take_digits(line, 2, '-') : std::nullopt;
  const auto day = month ? take_digits(line, 2, ' ') : std::nullopt;
  const auto hour = day ? take_digits(line, 2, ':') : std::nullopt;
  const auto minute = hour ? take_digits(line, 2, ':') : std::nullopt;
  const auto second = minute ? take_digits(line, 2, ' ') : std::nullopt;
  if (!second || line.size() < 6 || (line[0] != '+' && line[0] != '-'))
    return std::nullopt;
  const bool is_west = line[0] == '-';
  line.remove_prefix(1);
  const auto zone = take_digits(line, 4, ' ');
  if (!zone)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok())
    return std::nullopt;
  const auto offset = std::chrono::hours{*zone / 100} + std::chrono::minutes{*zone % 100};
  const nanoseconds wall = std::chrono::sys_days{date}.time_since_epoch() + std::chrono::hours{*hour}
                           + std::chrono::minutes{*minute} + std::chrono::seconds{*second}
                           - (is_west ? -offset : offset);
  const auto domain = take_word(line);
  const auto text = line.find_first_not_of(" \t");
  if (domain.empty() || text == std::string_view::npos)
    return std::nullopt;
  return program_line{wall,
                      "pmset: " + std::string{domain} + ": "
                        + std::string{line.substr(text, longest_line)},
                      false};
}

} // namespace pmactor
