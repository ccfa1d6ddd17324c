// What settings and their values look like in a sentence and in a file.
#pragma once

#include "app/settings/settings.hpp"

#include <string>

namespace pmactor {

/// @returns the number without an exponent, unless it is very large or small.
std::string number_text(double x);

/// @returns what a key takes, e.g. "from 1 to 3600 seconds".
std::string range_of(const setting& x);

} // namespace pmactor
