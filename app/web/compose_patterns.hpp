// Decides how what repeats looks in a browser. Pure but for the local time zone.
#pragma once

#include "app/patterns/find_patterns.hpp"

#include <string>

namespace pmactor::web {

/// @param days over which they were looked for. @param now Unix seconds.
std::string patterns_body(const found_patterns& x, double days, double now);

} // namespace pmactor::web
