// Writes events as OpenTelemetry's logs: the body of `POST /v1/logs` as JSON, which is also a line of its file
// format. By version 1 of the protocol. Pure.
#pragma once

#include "actors/host/host_identity.hpp"
#include "app/export/exported_event.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// Where events are from.
struct export_origin {
  std::string version; ///< Of pmactor.
  host_identity host;
  std::vector<std::pair<std::string, std::string>> labels; ///< `[host] labels`
};

/// @param observed when they are sent, Unix seconds.
/// @returns one line without a line feed. Each record has the attribute `pmactor.event_id`: what is sent twice has the
/// same one, and is to be taken once, as has the begin of what lasts, whose `pmactor.phase` is "begun".
std::string compose_otlp_logs(const export_origin& origin, const std::vector<exported_event>& events, double observed);

/// @returns the sign of life of a daemon, in the same form.
/// @param state as `pmactor inspect` has it: "healthy".
std::string compose_otlp_heartbeat(const export_origin& origin, const std::string& state, double observed);

} // namespace pmactor
