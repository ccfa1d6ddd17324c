// Shows who did it, of the `blame` of an event's row. What it holds is foreign: what is not as it should be is left out.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace pmactor {

/// A line of the blame.
struct blame_line {
  std::string who;  ///< "cc1plus ×14 of make"; to be escaped.
  std::string unit; ///< Likewise; may be empty.
  double held = 0;  ///< Seconds.
  double share = 0; ///< Of the harm, 0 to 1.
};

/// @param blame the parsed `blame` of an event.
/// @returns the doers, then the others together and what none did, where there is any; none without harm.
std::vector<blame_line> blame_lines(const nlohmann::ordered_json& blame);

/// @returns what stands above the lines: "Who held the CPUs meanwhile (recorded)"; to be escaped.
std::string blame_title(const nlohmann::ordered_json& blame);

/// @param width in cells, 20 or more. @returns the section of an event's page, empty if there is nothing to say.
std::string blame_section(const nlohmann::ordered_json& blame, std::size_t width = 80);

/// The columns `blamed`, `blame_share` and `blame_source` of a table: of the first of the doers. Empty if there is none.
struct blame_cells {
  std::string blamed, share, source; ///< To be quoted, but for the share.
};
blame_cells first_blamed(const nlohmann::ordered_json& blame);

} // namespace pmactor
