#include "actors/host/parse_kernel_record.hpp"

#include "actors/host/parse_numbers.hpp"
#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t longest_line = 1024;

int hex_digit(char x) {
  if (x >= '0' && x <= '9')
    return x - '0';
  if (x >= 'a' && x <= 'f')
    return x - 'a' + 10;
  return -1;
}

/// The kernel writes backslashes and all that is not printable ASCII as "\x5c".
std::string unescaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x') {
      const auto high = hex_digit(text[i + 2]), low = hex_digit(text[i + 3]);
      if (high >= 0 && low >= 0) {
        result += static_cast<char>(high * 16 + low);
        i += 3;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

/// Takes a number and the comma behind it off the head of a record.
std::optional<std::uint64_t> take_field(std::string_view& head) {
  std::uint64_t value = 0;
  if (!take_number(head, value) || head.empty() || head.front() != ',')
    return std::nullopt;
  head.remove_prefix(1);
  return value;
}

} // namespace

std::optional<kernel_line> parse_kernel_record(std::string_view record) {
  const auto mark = record.find(';');
  if (mark == std::string_view::npos)
    return std::nullopt;
  // Further fields may follow the flags, behind commas.
  auto head = std::string{record.substr(0, std::min<std::size_t>(mark, 256))} + ',';
  std::string_view rest{head};
  const auto level = take_field(rest), sequence = take_field(rest), micros = take_field(rest);
  constexpr std::uint64_t latest = 1'000'000'000'000'000; // 30 years
  if (!level || !sequence || !micros || *level > 0xffff || *micros > latest)
    return std::nullopt;
  auto text = record.substr(mark + 1);
  text = text.substr(0, text.find('\n')); // what follows is the dictionary
  kernel_line result;
  result.at = std::chrono::microseconds{*micros};
  result.sequence = *sequence;
  result.priority = static_cast<int>(*level & 7u);
  result.facility = static_cast<int>(*level >> 3);
  result.text = std::string{cut_text(unescaped(text.substr(0, 4 * longest_line)), longest_line)};
  return result;
}

} // namespace pmactor
