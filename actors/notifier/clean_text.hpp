// Decides what of a foreign text (a process's name, the last words of a program) may be shown outside the
// daemon. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pmactor {

/// @returns the text as one line of valid UTF-8: control characters, line breaks and what turns the direction
/// of writing are spaces, several in a row are one, and none is at an end; bytes that are no UTF-8 are
/// U+FFFD. What is beyond *most* characters is cut, and an ellipsis says so.
std::string clean_text(std::string_view text, std::size_t most);

} // namespace pmactor
