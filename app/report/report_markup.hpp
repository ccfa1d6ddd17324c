// What every part of a report is made of: foreign text that is never markup, numbers, amounts,
// sections.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pmactor::report {

/// @returns the text as it stands between tags and within quotes, whatever it holds.
std::string html(std::string_view text, std::size_t most = 600);

/// @returns the text with a no-break space between a number and its unit, for titles that wrap.
std::string with_whole_amounts(std::string_view text);

/// @returns a foreign name, kept from turning the text around it.
std::string name_of(std::string_view text);

/// @returns a round number at or above x, the top of a scale: 1, 2 or 5 times a power of ten.
double round_up(double x);

std::string number(double x, int decimals = 0);
std::string bytes_text(double x);
std::string percent_unit(double x); ///< @param x 0 to 100.
std::string rate_unit(double x);    ///< @param x bytes a second.

/// @returns what the foot of a page says that names whose machine it is.
const char* identity_note();

/// @param inside the markup of all that stands below the title.
std::string section(const char* id, const char* title, const std::string& inside);

} // namespace pmactor::report
