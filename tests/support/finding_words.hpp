// The words of what was found in a piece of evidence, for tests to compare.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the texts in their order, each followed by a bar.
inline std::string words(const std::vector<finding>& found) {
  std::string result;
  for (const auto& x : found)
    result += x.text + '|';
  return result;
}

} // namespace pmactor
