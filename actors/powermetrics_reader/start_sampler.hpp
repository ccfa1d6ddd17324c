// A sampler child that is a real process, with a thread that starts it, reads from it as soon as it writes,
// notices when it is stopped, and reaps it.
#pragma once

#include "actors/powermetrics_reader/sampler_child.hpp"

namespace pmactor {

/// @copydoc child_starter
/// @pre command is not empty; its first word is looked for in PATH.
std::unique_ptr<sampler_child> start_child_process(const std::vector<std::string>& command,
                                                   std::shared_ptr<child_output> output);

} // namespace pmactor
