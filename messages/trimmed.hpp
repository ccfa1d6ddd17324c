// Text without the blanks around it. Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace pmactor {

/// @returns the text from its first to its last character that is none of the blanks.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " ") {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1); // npos + 1 is 0
}

} // namespace pmactor
