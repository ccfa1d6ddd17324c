#include "app/escape.hpp"

namespace pmactor {
namespace {

/// @returns the length of the valid, shortest-form UTF-8 character at the front; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80)
    return 1;
  std::size_t length = 0;
  char32_t code = 0, least = 0;
  if (first >> 5 == 0b110)
    length = 2, code = first & 0x1fu, least = 0x80;
  else if (first >> 4 == 0b1110)
    length = 3, code = first & 0x0fu, least = 0x800;
  else if (first >> 3 == 0b11110)
    length = 4, code = first & 0x07u, least = 0x10000;
  else
    return 0;
  if (text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6 != 0b10)
      return 0;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code >= least && code <= 0x10ffff && !surrogate ? length : 0;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  const auto hex = [&result](unsigned char byte) {
    static constexpr char digits[] = "0123456789abcdef";
    result += "\\x";
    result += digits[byte >> 4];
    result += digits[byte & 15];
  };
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0 || (length == 1 && (first < 0x20 || first == 0x7f))) {
      if (first == '\n')
        result += "\\n";
      else if (first == '\t')
        result += "\\t";
      else
        hex(first);
      text.remove_prefix(1);
      continue;
    }
    // C1 controls (U+0080 to U+009F) move cursors too, and U+202A to U+202E, U+2066 to U+2069 turn the
    // direction of what follows.
    const bool c1 = length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    const bool turn = length == 3 && first == 0xe2
                      && ((text[1] == '\x80' && text[2] >= '\xaa' && text[2] <= '\xae')
                          || (text[1] == '\x81' && text[2] >= '\xa6' && text[2] <= '\xa9'));
    for (std::size_t i = 0; i < length; ++i) {
      if (c1 || turn)
        hex(static_cast<unsigned char>(text[i]));
      else
        result += text[i];
    }
    if (first == '\\')
      result += '\\';
    text.remove_prefix(length);
  }
  return result;
}

} // namespace pmactor
