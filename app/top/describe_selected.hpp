// Decides what is said of a process or an actor that is opened in the live view: all that is known of it. Pure but for the
// local time zone.
#pragma once

#include "app/top/top_page.hpp"

#include <optional>
#include <string>

namespace pmactor {

/// @param seen_at when it was seen, in Unix seconds. @returns lines without a last line feed. Escaped.
std::string describe_process(const top_process& x, const std::optional<double>& seen_at);

/// The same of an actor.
std::string describe_actor(const top_actor& x);

} // namespace pmactor
