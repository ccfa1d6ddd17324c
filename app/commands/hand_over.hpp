// The commands by which others see what was found: as one file, and as pages in a browser.
#pragma once

#include "app/command_line/command.hpp"

namespace pmactor {

/// Events in one file, to hand over.
void add_export(CLI::App& program, command& chosen);
/// The history and the live state as pages for a browser.
void add_serve(CLI::App& program, command& chosen);

} // namespace pmactor
