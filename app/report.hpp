// `pmactor report`: an event as a page for people.
#pragma once

#include "app/command.hpp"

namespace pmactor {

void add_report(CLI::App& program, command& chosen);

} // namespace pmactor
