// Texts by their characters instead of their bytes. Foreign bytes may be anything: what is no
// well-formed, shortest-form UTF-8 is no character. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pmactor {

struct utf8_character {
  std::size_t length = 0; ///< In bytes; 0 if the text starts with none.
  char32_t code = 0;
};

/// @returns the character at the front.
/// @pre The text is not empty.
utf8_character first_character(std::string_view text);

/// Appends a character; nothing for a code that is none.
void append_character(std::string& to, char32_t code);

/// @returns whether this byte goes on with a character that began before it.
constexpr bool continues_character(char x) {
  return (static_cast<unsigned char>(x) & 0xC0u) == 0x80u;
}

/// @returns the text without what is beyond this many bytes, cut where a character begins.
std::string_view cut_text(std::string_view text, std::size_t most);

} // namespace pmactor
