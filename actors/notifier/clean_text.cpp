#include "actors/notifier/clean_text.hpp"

#include <cstdint>

namespace pmactor {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// Takes the character at the front off the text.
/// @returns U+FFFD for a byte that starts no shortest-form UTF-8 character.
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  bool valid = length == 1 || (lead >= 0xC2 && lead <= 0xF4 && text.size() >= length);
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xC0u) == 0x80u;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  valid = valid && code >= least[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  text.remove_prefix(valid ? length : 1);
  return valid ? code : replacement;
}

void append(std::string& out, char32_t x) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80u | (x >> shift & 0x3Fu)); };
  if (x < 0x80) {
    out += static_cast<char>(x);
  } else if (x < 0x800) {
    out += static_cast<char>(0xC0u | x >> 6);
    tail(0);
  } else if (x < 0x10000) {
    out += static_cast<char>(0xE0u | x >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0u | x >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Moves a cursor, breaks a line, turns the writing, or is not seen at all.
bool is_blank(char32_t x) {
  return x <= 0x20 || (x >= 0x7F && x <= 0xA0) || x == 0x61C || (x >= 0x200B && x <= 0x200F)
         || (x >= 0x2028 && x <= 0x202E) || (x >= 0x2060 && x <= 0x206F) || x == 0xFEFF
         || (x >= 0xFFF9 && x <= 0xFFFB) || (x >= 0xE0000 && x <= 0xE007F);
}

} // namespace

std::string clean_text(std::string_view text, std::size_t most) {
  std::string result;
  std::size_t shown = 0;
  bool gap = false;
  while (!text.empty()) {
    const auto x = take(text);
    if (is_blank(x)) {
      gap = !result.empty();
      continue;
    }
    if (shown + (gap ? 1 : 0) >= most)
      return result + "…";
    if (gap) {
      result += ' ';
      ++shown;
    }
    gap = false;
    append(result, x);
    ++shown;
  }
  return result;
}

std::string without_markup(std::string_view text) {
  std::string result;
  for (const char c : text)
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  return result;
}

std::string quoted_json(std::string_view clean) {
  std::string result = "\"";
  for (const char c : clean) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result += '"';
}

} // namespace pmactor
