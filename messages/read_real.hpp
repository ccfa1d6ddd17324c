// Reads a number that may have a fraction or an exponent, as people and powermetrics write it.
#pragma once

#include <charconv>

namespace pmactor {

/// What std::from_chars does, which the library that Apple ships knows for whole numbers only; but words
/// like `inf` and `nan` are no numbers here. The same on every host, and whatever the locale of the program's
/// user: the program never sets one. An exponent is not read where the format is `fixed`.
std::from_chars_result read_real(const char* first, const char* last, double& value,
                                 std::chars_format format = std::chars_format::general);

} // namespace pmactor
