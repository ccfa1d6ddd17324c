// Decides what pressure files (PSI) of Linux show, for the machine and for its control groups. Pure.
#pragma once

#include "actors/forensics_supervisor/finding.hpp"
#include "actors/host/parse_pressure.hpp"

#include <string>
#include <vector>

namespace pmactor {

struct captured_pressure {
  std::string group; ///< Empty is the machine.
  std::string resource;
  pressure waits;
};
std::string pressure_json(const std::vector<captured_pressure>& all);
std::vector<finding> find_in_pressure(const std::vector<captured_pressure>& all);

} // namespace pmactor
