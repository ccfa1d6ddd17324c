// A health page as the daemon begins it, for tests that write to it themselves.
#pragma once

#include "actors/supervision/map_health_page.hpp"

#include <filesystem>

namespace pmactor {

/// @returns a new, empty page in place of the file. It stays mapped to the end of the test's process.
inline health_page& new_health_page(const std::filesystem::path& file) {
  return health_page_keeper{file}.page();
}

} // namespace pmactor
