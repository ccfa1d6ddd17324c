#include "actors/host/back_off.hpp"

#include <algorithm>

namespace pmactor {

std::chrono::nanoseconds back_off(std::size_t failures, std::chrono::nanoseconds first,
                                  std::chrono::nanoseconds longest) {
  auto delay = first;
  for (; failures > 0 && delay.count() > 0 && delay < longest; --failures)
    delay = delay > longest / 2 ? longest : delay * 2; // without overflow
  return std::min(delay, longest);
}

} // namespace pmactor
