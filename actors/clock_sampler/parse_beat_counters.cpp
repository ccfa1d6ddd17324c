#include "actors/clock_sampler/parse_beat_counters.hpp"

#include <charconv>

namespace pmactor {
namespace {

/// Takes the next number off the text, within its line.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  // A number at the very end of the buffer may be half of one.
  if (problem != std::errc{} || rest == end)
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return value;
}

/// @returns what follows the key, and a blank or tab, at the start of a line.
std::optional<std::string_view> behind(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    if (text.size() > key.size() && text.substr(0, key.size()) == key
        && (text[key.size()] == ' ' || text[key.size()] == '\t'))
      return text.substr(key.size() + 1);
    const auto line = text.find('\n');
    if (line == std::string_view::npos)
      break;
    text.remove_prefix(line + 1);
  }
  return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> number_at(std::string_view text, std::size_t n) {
  std::optional<std::uint64_t> result;
  for (std::size_t i = 0; i <= n; ++i) {
    result = take_number(text);
    if (!result)
      return std::nullopt;
  }
  return result;
}

std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key) {
  auto rest = behind(text, key);
  return rest ? take_number(*rest) : std::nullopt;
}

} // namespace pmactor
