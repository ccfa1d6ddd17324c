#include "actors/host/parse_pressure.hpp"

#include "actors/host/parse_numbers.hpp"

namespace pmactor {
namespace {

/// Reads a share as the kernel prints it, with two digits behind the point; std::from_chars reads
/// fractions only where the standard library is new enough.
std::optional<double> parse_share(std::string_view word) {
  std::uint64_t whole = 0, hundredths = 0;
  if (!take_number(word, whole) || word.size() != 3 || word.front() != '.')
    return std::nullopt;
  word.remove_prefix(1);
  if (!take_number(word, hundredths) || !word.empty())
    return std::nullopt;
  return static_cast<double>(whole * 100 + hundredths) / 100;
}

std::optional<pressure_line> parse_line(std::string_view line) {
  pressure_line result;
  while (!line.empty()) {
    auto word = take_word(line);
    std::uint64_t us = 0;
    if (word.starts_with("avg10=")) {
      result.avg10 = parse_share(word.substr(6));
    } else if (word.starts_with("total=")) {
      word.remove_prefix(6);
      if (!take_number(word, us) || !word.empty())
        return std::nullopt;
      result.total = std::chrono::microseconds{us};
      return result; // the last of its fields
    }
  }
  return std::nullopt;
}

} // namespace

pressure parse_pressure(std::string_view text) {
  pressure result;
  // Without its line feed a line may be cut in the middle of its number.
  while (text.find('\n') != text.npos) {
    auto line = take_line(text);
    const auto kind = take_word(line);
    if (kind == "some")
      result.some = parse_line(line);
    else if (kind == "full")
      result.full = parse_line(line);
  }
  return result;
}

} // namespace pmactor
