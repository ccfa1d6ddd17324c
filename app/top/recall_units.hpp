// Decides of which unit a process was that has ended. The system says it of those that live; the samples hold none.
// What the blame of an event recorded of it stands in. Pure.
#pragma once

#include "app/top/top_page.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// Fills in the units of those processes that the blame names with their number and start, and whose unit is not
/// known.
/// @param blame as it is stored (see blame_facts); foreign bytes.
void recall_units(std::vector<top_process>& processes, const std::string& blame);

} // namespace pmactor
