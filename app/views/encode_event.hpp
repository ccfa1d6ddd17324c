// Decides how an event is written for programs: as JSON and as CSV. Pure. What comes out of the database is foreign: in CSV
// control characters are escaped, JSON that is none is left out.
#pragma once

#include "app/views/render_event.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the event as a JSON object.
std::string event_json(const event_row& x);
std::string event_json(const event_row& x, const std::vector<sample_row>& lead_up,
                       const std::vector<std::string>& files, const event_ties& ties = {});

std::string event_csv_heading();
std::string event_csv_line(const event_row& x);

} // namespace pmactor
