// The CARRIER in earnest: a thread that writes the file of metrics and brings events to the
// journal, and, only where a receiver of OpenTelemetry's logs is set, another that brings them
// there. Each sleeps until something of it is due.
#pragma once

#include "actors/exporter/export_carrier.hpp"
#include "app/export/compose_otlp_logs.hpp"
#include "app/instance/places.hpp"

#include <string>

namespace pmactor {

/// @returns what opens the carrier of a daemon in these places. @param to_journal whether its log goes to the journal.
open_carrier host_carrier(const places& where, bool to_journal);

/// @returns where this host's events are from.
export_origin own_origin(const std::vector<std::string>& labels);

} // namespace pmactor
