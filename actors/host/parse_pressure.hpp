// Reads a pressure file (PSI) of the machine or of a control group. Allocates nothing; a line that is cut
// or makes no sense is absent.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pmactor {

/// In which tasks waited for a resource.
struct pressure_line {
  std::chrono::microseconds total{}; ///< Since boot, or since the group was made.
  std::optional<double> avg10;       ///< Share of the last ten seconds, 0–100.
  friend bool operator==(const pressure_line&, const pressure_line&) = default;
};

struct pressure {
  std::optional<pressure_line> some; ///< At least one task waited.
  std::optional<pressure_line> full; ///< All that had something to do waited.
  friend bool operator==(const pressure&, const pressure&) = default;
};

pressure parse_pressure(std::string_view text);

} // namespace pmactor
