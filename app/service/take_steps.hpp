// Shows and takes the steps of an installation.
#pragma once

#include "app/service/plan_installation.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @returns the step for people, as a line: what is written where, or which command is run.
std::string shown_step(const install_step& step);

/// @returns the file's name and, behind a margin, what is to be written into it; empty if nothing is.
std::string shown_content(const install_step& step);

/// Takes the step, saying so on stdout; of a file that may fail it warns on stderr.
/// @throws std::runtime_error, one sentence, if it fails and must not.
void take_step(const install_step& step);

} // namespace pmactor
