#include "app/views/escape.hpp"

#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {

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
    const auto [length, code] = first_character(text);
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
    const bool c1 = code >= 0x80 && code < 0xa0;
    const bool turn = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
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

std::string escaped_once(std::string_view text) {
  std::string bare{text};
  std::replace(bare.begin(), bare.end(), '\\', '/');
  return escaped(bare) == bare ? std::string{text} : escaped(text);
}

} // namespace pmactor
