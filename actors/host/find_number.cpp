#include "actors/host/find_number.hpp"

#include "actors/host/parse_numbers.hpp"

namespace pmactor {
namespace {

bool is_blank(char x) {
  return x == ' ' || x == '\t';
}

/// Takes the next number off the text, within its line.
std::optional<std::uint64_t> next_number(std::string_view& text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  std::uint64_t value = 0;
  // A number at the very end of the buffer may be half of one.
  return take_number(text, value) && !text.empty() ? std::optional{value} : std::nullopt;
}

} // namespace

std::optional<std::uint64_t> number_at(std::string_view text, std::size_t n) {
  std::optional<std::uint64_t> result;
  for (std::size_t i = 0; i <= n; ++i) {
    result = next_number(text);
    if (!result)
      return std::nullopt;
  }
  return result;
}

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    if (text.size() > key.size() && text.starts_with(key) && is_blank(text[key.size()])) {
      text.remove_prefix(key.size());
      return next_number(text);
    }
    take_line(text);
  }
  return std::nullopt;
}

} // namespace pmactor
