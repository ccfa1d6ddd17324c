// `GET /metrics` of the web server, in the form that the client asks for.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/web/answer.hpp"

namespace pmactor {

/// @returns the path with what answers it. The settings are read once.
web::route metrics_route(const place_flags& flags);

} // namespace pmactor
