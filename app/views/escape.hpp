// Foreign text (process names, last words, database rows) on its way to a terminal.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns the text with control characters as \xNN (\n, \t and \\ by name) and bytes that are not
/// valid UTF-8 as \xNN, so that it cannot move a cursor, ring a bell or break a table.
std::string escaped(std::string_view text);

/// For a text that may hold parts that are escaped already, of which escaped() would double each backslash.
/// @returns the text as it is if nothing in it but backslashes needs to be escaped; else escaped.
std::string escaped_once(std::string_view text);

} // namespace pmactor
