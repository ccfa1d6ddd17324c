// The children of a process as the kernel lists them.
#pragma once

#include "actors/host/process_facts.hpp"

#include <cstdint>
#include <vector>

namespace pmactor {

/// Never waits, as facts_of().
/// @returns the facts of the living children of the process, at most 64; none if the kernel lists none.
std::vector<process_facts> facts_of_children(std::int64_t pid);

} // namespace pmactor
