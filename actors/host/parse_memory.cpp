#include "actors/host/parse_memory.hpp"

#include <limits>

namespace pmactor {

memory_amounts parse_meminfo(std::string_view text) {
  memory_amounts result;
  while (!text.empty() && !result.swap_free) { // nothing of interest follows
    auto line = take_line(text);
    const auto name = take_word(line);
    auto* const to = name == "MemTotal:"       ? &result.total
                     : name == "MemAvailable:" ? &result.available
                     : name == "SwapTotal:"    ? &result.swap_total
                     : name == "SwapFree:"     ? &result.swap_free
                                               : nullptr;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max() / 1024;
    std::uint64_t kilobytes = 0;
    if (to != nullptr && take_number(line, kilobytes) && line == " kB" && kilobytes <= most)
      *to = kilobytes * 1024;
  }
  if (result.available && result.total && *result.available > *result.total) {
    result.available.reset();
    result.is_contradictory = true;
  }
  return result;
}

} // namespace pmactor
