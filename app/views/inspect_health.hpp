// Finds out how a daemon is, without its help.
#pragma once

#include "app/views/render_health.hpp"

#include <filesystem>
#include <optional>

namespace pmactor {

/// @param page where the daemon keeps its health page.
/// @throws std::exception if there is a page and it cannot be read or trusted.
health_view inspect_health(const std::filesystem::path& page);

/// Lets the newest stored sample, in Unix seconds, be the last sign of life of a daemon that died, if it is newer than its
/// pulse: the pulse comes once a second too.
void heed_newest_sample(health_view& view, std::optional<double> newest);

} // namespace pmactor
