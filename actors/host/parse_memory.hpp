// Reads what the kernel says of the machine's memory: the texts of /proc/meminfo and /proc/vmstat.
// Allocates nothing; what is cut, damaged or not there is absent. Pure.
#pragma once

#include "actors/host/parse_numbers.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// In bytes.
struct memory_amounts {
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> available; ///< As the kernel estimates it (not: free).
  std::optional<std::uint64_t> swap_total, swap_free;
  /// More was available than there is: a container's own limit beside the host's figure, say. One
  /// of the two is wrong, and which is not known; what is available is absent then.
  bool is_contradictory = false;
};

/// @param text that of /proc/meminfo.
memory_amounts parse_meminfo(std::string_view text);

/// Calls *each* with the name and the value of every counter.
/// @param text that of /proc/vmstat.
template <class F>
void each_memory_counter(std::string_view text, F each) {
  text =
    text.substr(0, text.rfind('\n') + 1); // a line without its line feed may be cut within a number
  while (!text.empty()) {
    auto line = take_line(text);
    const auto name = take_word(line);
    if (std::uint64_t value = 0; take_number(line, value))
      each(name, value);
  }
}

} // namespace pmactor
