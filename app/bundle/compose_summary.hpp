// Decides what of an event is worth a plain text for a ticket or a mail: ASCII, no tables, no
// colours. Pure but for the local time zone.
#pragma once

#include "app/bundle/describe_machine.hpp"
#include "app/report/report_facts.hpp"

#include <string>

namespace pmactor {

/// @param facts already redacted. @returns lines, each with its line feed.
std::string compose_summary(const report_facts& facts, const machine_facts& machine);

} // namespace pmactor
