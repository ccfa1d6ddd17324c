#include "actors/switch_recorder/parse_cpu_list.hpp"

#include "actors/host/parse_numbers.hpp"

namespace pmactor {

std::vector<std::uint32_t> parse_cpu_list(std::string_view text, std::size_t most) {
  std::vector<std::uint32_t> result;
  std::uint64_t first = 0;
  while (take_number(text, first)) {
    auto last = first;
    if (!text.empty() && text.front() == '-') {
      text.remove_prefix(1);
      if (!take_number(text, last))
        break;
    }
    for (auto cpu = first; cpu <= last && cpu <= 0xffff && result.size() < most; ++cpu)
      result.push_back(static_cast<std::uint32_t>(cpu));
    if (text.empty() || text.front() != ',')
      break;
    text.remove_prefix(1);
  }
  return result;
}

} // namespace pmactor
