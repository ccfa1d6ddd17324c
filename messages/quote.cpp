#include "messages/quote.hpp"

#include "messages/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace pmactor {
namespace {

/// Calls *part* with each character, or with an empty text for a byte that begins none.
template <class F>
void each_character(std::string_view text, F part) {
  while (!text.empty()) {
    const auto length = first_character(text).length;
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

} // namespace pmactor
