// The names of the devices that a decision counts.
#pragma once

#include <string>
#include <vector>

namespace pmactor {

/// @param counts of each device whether it counts.
/// @returns the names of those that do, with a space between them.
template <class Facts, class Counts>
std::string names_counted(const std::vector<Facts>& all, const Counts& counts) {
  std::string result;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (counts.at(i))
      result += (result.empty() ? "" : " ") + all[i].name;
  return result;
}

} // namespace pmactor
