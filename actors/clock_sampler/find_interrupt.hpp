// Decides which line of interrupts interrupted most between two readings of /proc/stat. Pure,
// allocates nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

struct busiest_interrupt {
  std::uint32_t number = 0;
  std::uint64_t count = 0; ///< How often between the readings, on all CPUs.
  friend bool operator==(const busiest_interrupt&, const busiest_interrupt&) = default;
};

/// @returns nothing if either text lacks the counts, or none grew. A line that is cut says nothing.
std::optional<busiest_interrupt> find_busiest_interrupt(std::string_view before,
                                                        std::string_view after);

} // namespace pmactor
