#include "actors/notifier/clean_text.hpp"

#include "messages/utf8.hpp"

namespace pmactor {
namespace {

/// Takes the character at the front off the text.
/// @returns U+FFFD for a byte that starts none.
char32_t take(std::string_view& text) {
  constexpr char32_t replacement = 0xFFFD;
  const auto [length, code] = first_character(text);
  text.remove_prefix(length == 0 ? 1 : length);
  return length == 0 ? replacement : code;
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
    append_character(result, x);
    ++shown;
  }
  return result;
}

} // namespace pmactor
