// A word as it is compared with ours. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns a word as ours are written: in small letters. Those beyond ASCII stay, whatever the locale.
inline std::string lowered(std::string_view word) {
  std::string result{word};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

} // namespace pmactor
