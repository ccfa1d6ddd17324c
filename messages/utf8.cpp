#include "messages/utf8.hpp"

#include "messages/check.hpp"

namespace pmactor {
namespace {

constexpr bool is_character(char32_t code) {
  return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF); // beyond Unicode, surrogates
}

} // namespace

utf8_character first_character(std::string_view text) {
  PMACTOR_CHECK(!text.empty());
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80)
    return {1, first};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length)
    return {};
  char32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues_character(text[i]))
      return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const bool shortest = length == 2 || code >= (length == 3 ? 0x800u : 0x10000u);
  return shortest && is_character(code) ? utf8_character{length, code} : utf8_character{};
}

void append_character(std::string& to, char32_t code) {
  const auto tail = [&to, code](int shift) {
    to += static_cast<char>(0x80u | (code >> shift & 0x3Fu));
  };
  if (!is_character(code))
    return;
  if (code < 0x80) {
    to += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    to += static_cast<char>(0xC0u | code >> 6);
  } else {
    if (code < 0x10000) {
      to += static_cast<char>(0xE0u | code >> 12);
    } else {
      to += static_cast<char>(0xF0u | code >> 18);
      tail(12);
    }
    tail(6);
  }
  tail(0);
}

std::string_view cut_text(std::string_view text, std::size_t most) {
  if (text.size() <= most)
    return text;
  while (most > 0 && continues_character(text[most]))
    --most;
  return text.substr(0, most);
}

} // namespace pmactor
