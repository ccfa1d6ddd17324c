#include "app/top/choose_columns.hpp"

#include <algorithm>
#include <numeric>

namespace pmactor {

std::vector<bool> choose_columns(std::span<const number_column> columns, std::size_t width, std::size_t names) {
  std::vector<std::size_t> order(columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&columns](std::size_t a, std::size_t b) { return columns[a].rank < columns[b].rank; });
  auto used = names;
  for (const auto& x : columns)
    used += x.heading.size();
  std::vector<bool> result(columns.size(), true);
  for (const auto i : order) {
    if (used <= width)
      break;
    result[i] = false;
    used -= columns[i].heading.size();
  }
  return result;
}

} // namespace pmactor
