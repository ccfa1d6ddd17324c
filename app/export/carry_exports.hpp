// The CARRIER in earnest: a thread of its own that writes the file of metrics, and brings events to the journal and
// to a receiver of OpenTelemetry's logs. It sleeps until one of these is due.
#pragma once

#include "actors/exporter/export_carrier.hpp"
#include "app/export/compose_otlp.hpp"
#include "app/instance/places.hpp"

#include <string>

namespace pmactor {

/// @returns what opens the carrier of a daemon in these places. @param to_journal whether its log goes to the journal.
open_carrier host_carrier(const places& where, bool to_journal);

/// @returns where this host's events are from.
export_origin own_origin(const std::vector<std::string>& labels);

/// @returns the URL for logs: "/v1/logs" is added where the endpoint names no path.
std::string logs_url(const std::string& endpoint);

/// Puts a whole file in the place of another, for those who read it at any moment. Not kept from a power loss, so that
/// an idle disk sleeps on.
/// @throws std::runtime_error, one sentence with what to do.
void replace_textfile(const std::string& file, const std::string& content);

} // namespace pmactor
