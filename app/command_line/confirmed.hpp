// How a command asks before it does what cannot be undone.
#pragma once

#include <string>

namespace pmactor {

/// Asks on the terminal; without one the answer is no.
bool confirmed(const std::string& question);

} // namespace pmactor
