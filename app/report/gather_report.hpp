// Gathers what is known of an event for its report: from the history, and from the folder of its
// evidence.
#pragma once

#include "app/instance/places.hpp"
#include "app/report/report_facts.hpp"

namespace pmactor {

/// How much of each file of evidence is read.
enum class evidence_share : std::uint8_t {
  beginning, ///< As much as a page shows.
  all,       ///< Up to 16 MB a file, for a copy.
};

/// @returns the facts, as they are in the history; without what looks like a secret.
/// @throws storage_problem as the reader does.
report_facts gather_report(event_reader& reader, event_row event, const places& where,
                           evidence_share share = evidence_share::beginning);

} // namespace pmactor
