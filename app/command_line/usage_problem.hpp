// What the user typed makes no sense, though every word of it for itself does.
#pragma once

#include <stdexcept>

namespace pmactor {

/// One sentence with its full stop, which may hold what was typed: escape it. Ends the program with exit_usage.
struct usage_problem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace pmactor
