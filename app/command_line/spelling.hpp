// How near two words are, to guess which one is meant. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

namespace pmactor {

/// @returns how many single letters must be changed, added or left out to turn one text into the
/// other.
inline std::size_t letters_apart(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto corner = row[0]; // the field up and to the left
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

} // namespace pmactor
