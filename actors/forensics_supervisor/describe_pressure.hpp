// Decides what pressure files (PSI) of Linux tell, of the machine and of its control groups. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct pressure_line {
  double avg10 = 0;        ///< Share of the last ten seconds, 0–100.
  std::uint64_t total = 0; ///< Microseconds.
};
struct captured_pressure {
  std::string group; ///< Empty is the machine.
  std::string resource;
  std::optional<pressure_line> some, full;
};
/// @returns what the text of a pressure file tells.
captured_pressure parse_pressure(std::string_view text, std::string group, std::string resource);
std::string pressure_json(const std::vector<captured_pressure>& all);
std::vector<finding> find_in_pressure(const std::vector<captured_pressure>& all);

} // namespace pmactor
