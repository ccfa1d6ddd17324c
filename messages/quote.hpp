// How foreign bytes become a text of JSON, of a text file, or of markup.
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

/// @returns the text as it stands in HTML and other markup, also within quotes: `&`, `<`, `>` and both
/// quotes are spelled as entities, all else stays.
std::string without_markup(std::string_view text);

} // namespace pmactor
