#include "app/explain/stretches.hpp"

#include <algorithm>
#include <cstddef>

namespace pmactor {

std::vector<stretch> merged(std::vector<stretch> x) {
  x.erase(
    std::remove_if(x.begin(), x.end(), [](const stretch& one) { return !(one.to > one.from); }),
    x.end());
  std::sort(x.begin(), x.end(), [](const stretch& a, const stretch& b) { return a.from < b.from; });
  std::vector<stretch> result;
  for (const auto& one : x)
    if (!result.empty() && one.from <= result.back().to)
      result.back().to = std::max(result.back().to, one.to);
    else
      result.push_back(one);
  return result;
}

std::vector<stretch> without(const std::vector<stretch>& x, const std::vector<stretch>& holes) {
  std::vector<stretch> result;
  std::size_t next = 0;
  for (auto rest : x) {
    while (next < holes.size() && holes[next].to <= rest.from)
      ++next;
    for (auto i = next; i < holes.size() && holes[i].from < rest.to; ++i) {
      if (holes[i].from > rest.from)
        result.push_back({rest.from, holes[i].from});
      rest.from = std::min(rest.to, holes[i].to);
    }
    if (rest.to > rest.from)
      result.push_back(rest);
  }
  return result;
}

std::vector<stretch> within(const std::vector<stretch>& x, const stretch& bounds) {
  std::vector<stretch> result;
  for (const auto& one : x)
    if (const stretch part{std::max(one.from, bounds.from), std::min(one.to, bounds.to)};
        part.to > part.from)
      result.push_back(part);
  return result;
}

double total_of(const std::vector<stretch>& x) {
  double result = 0;
  for (const auto& one : x)
    result += one.length();
  return result;
}

} // namespace pmactor
