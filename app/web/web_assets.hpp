// The files of the web server beside its pages. They are part of the program.
#pragma once

#include <string_view>

namespace pmactor::web {

/// @returns the content of an asset by its name, e.g. "page.js"; empty if there is none of that
/// name.
std::string_view asset(std::string_view name);

/// Whether the program was built with the library that lets charts be dragged.
bool has_dygraphs();

/// @returns the media type of a file by its name.
std::string_view type_of(std::string_view name);

} // namespace pmactor::web
