// Decides which columns of numbers a table of the live view has where there is no room for all of them in front of the
// names. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace pmactor {

struct number_column {
  std::string_view heading; ///< As wide as the column; ASCII.
  int rank = 0;             ///< That of the least rank is left out first.
};

/// @returns of each column whether it is shown: as many as leave the names so much of the width.
std::vector<bool> choose_columns(std::span<const number_column> columns, std::size_t width, std::size_t names);

} // namespace pmactor
