// `pmactor events`: what was found, newest first; one of them in full; and what a user says of it.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_events(CLI::App& program, command& chosen);

} // namespace pmactor
