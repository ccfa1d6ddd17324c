// Decides how an event looks as a page for people: one HTML document that needs no network, no script and
// nothing beside it. Pure. All that comes in is foreign (a database, the files of a folder): it is cut,
// and nothing of it is ever markup.
#pragma once

#include "app/report/report_facts.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the suspects that the event names, without curves; eight at most.
std::vector<report_suspect> suspects_of(const event_row& event);

/// @returns what happened, in half a sentence: "Froze 12.3 s, stalled on I/O". Foreign text in it is not escaped.
std::string headline_of(const report_facts& facts);

/// @returns what stands on the page: a header and a main part.
std::string report_body(const report_facts& facts);

/// @returns the page.
std::string render_report(const report_facts& facts);

} // namespace pmactor
