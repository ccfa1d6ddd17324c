// Decides whether memory is so short that something may be killed for it. Pure.
#pragma once

#include <string_view>

namespace pmactor {

/// @param pressure of /proc/pressure/memory; empty where the kernel counts none.
/// @param meminfo of /proc/meminfo, which decides in that case, as earlyoom does by default: by
/// what is available, and what is free of swap. A little sooner than that acts, so as not to come
/// too late.
bool is_memory_short(std::string_view pressure, std::string_view meminfo);

} // namespace pmactor
