// How foreign bytes become a text of JSON.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns the text in quotes as JSON has it: control characters are escaped, bytes that are no UTF-8
/// are replaced by U+FFFD.
std::string json_quoted(std::string_view text);

/// @returns the text as it may be shown and kept in a text file: line breaks and tabs stay, every other
/// control character becomes `\xNN`, bytes that are no UTF-8 become U+FFFD.
std::string harmless(std::string_view text);

} // namespace pmactor
