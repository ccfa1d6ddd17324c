// Decides what a process in uninterruptible sleep waits for, from the kernel function that it sleeps in. Pure.
#pragma once

#include "messages/stall.hpp"

#include <string_view>

namespace pmactor {

/// @param waits_in as /proc/PID/wchan has it; may be empty.
/// @returns the resource; `task` if the function does not show it.
stall_resource classify_wait(std::string_view waits_in);

} // namespace pmactor
