// Finds out how a daemon is, without its help.
#pragma once

#include "app/views/render_health.hpp"

#include <filesystem>

namespace pmactor {

/// @param page where the daemon keeps its health page.
/// @throws std::exception if there is a page and it cannot be read or trusted.
health_view inspect_health(const std::filesystem::path& page);

} // namespace pmactor
