#include "messages/quote.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace pmactor {
namespace {

/// Length of the valid UTF-8 character at the start of *text*, or 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0u) != 0x80u)
      return 0;
  const auto second = byte(1);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)
                   || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
  return bad ? 0 : length;
}

/// Calls *part* with each character, or with an empty text for a byte that begins none.
template <class F>
void each_character(std::string_view text, F part) {
  while (!text.empty()) {
    const auto length = character_length(text);
    part(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

std::string coded(const char* format, std::string_view character) {
  std::array<char, 8> code{};
  std::snprintf(code.data(), code.size(), format, static_cast<unsigned>(static_cast<unsigned char>(character[0])));
  return code.data();
}

bool is_control(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character[0]);
  return byte < 0x20 || byte == 0x7F;
}

/// The control characters beyond ASCII; some terminals obey them.
bool is_late_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xC2'
         && static_cast<unsigned char>(character[1]) < 0xA0;
}

} // namespace

std::string json_quoted(std::string_view text) {
  std::string result = "\"";
  each_character(text, [&result](std::string_view character) {
    if (character.empty()) {
      result += "\\ufffd";
    } else if (character == "\"" || character == "\\") {
      result += '\\';
      result += character;
    } else if (is_control(character)) {
      result += coded("\\u%04x", character);
    } else if (is_late_control(character)) {
      result += coded("\\u00%02x", character.substr(1));
    } else {
      result += character;
    }
  });
  return result += '"';
}

std::string harmless(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  each_character(text, [&result](std::string_view character) {
    if (character.empty())
      result += "\xEF\xBF\xBD";
    else if (character == "\n" || character == "\t")
      result += character;
    else if (is_control(character))
      result += coded("\\x%02x", character);
    else if (is_late_control(character))
      result += coded("\\x%02x", character.substr(1));
    else
      result += character;
  });
  return result;
}

} // namespace pmactor
