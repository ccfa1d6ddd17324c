// Numbers out of the kernel's texts: unsigned decimals between blanks, without locale or allocation.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace pmactor {

/// Takes the number at the front of *text* (after blanks) off it.
/// @returns false, with *text* and *value* in no certain state, if there is none or it overflows.
constexpr bool take_number(std::string_view& text, std::uint64_t& value) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  if (text.empty() || text.front() < '0' || text.front() > '9')
    return false;
  value = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)
      return false;
    value = value * 10 + digit;
    text.remove_prefix(1);
  }
  return true;
}

/// Takes the word at the front of *text* (after blanks) off it; empty at the end of the line.
constexpr std::string_view take_word(std::string_view& text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

/// Takes the first line, without its line feed, off *text*.
constexpr std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

} // namespace pmactor
