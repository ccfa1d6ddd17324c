// For how long the CPU quota of the own control group held it up: the witness is held up by it as well, and that
// is no stall of the machine.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

namespace pmactor {

/// @returns what reads, for one thread at a time, the time that the quota held CPUs up, in all, added up over the
/// CPUs; that is absent while the group has no quota. It follows the process to other groups, some seconds late.
/// Empty where there are no such groups.
std::function<std::optional<std::chrono::nanoseconds>()> own_quota_reader();

} // namespace pmactor
