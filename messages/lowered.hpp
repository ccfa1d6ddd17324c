// Letters as they are compared where capitals do not matter. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns a small letter for a capital of ASCII, and all else as it is, whatever the locale.
constexpr char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same of each letter.
inline std::string lowered(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = lowered(c);
  return result;
}

} // namespace pmactor
