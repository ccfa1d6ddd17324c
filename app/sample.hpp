// `pmactor sample`: our own sampler, which writes the stream that powermetrics writes on macOS.
#pragma once

#include "app/command.hpp"

namespace pmactor {

/// Adds the command where there is one: on Linux. macOS has powermetrics itself.
void add_sample(CLI::App& program, command& chosen);

} // namespace pmactor
