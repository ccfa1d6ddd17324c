// Decides which CPUs a list of the kernel names: "0-3,8,10-11" of /sys/devices/system/cpu/online. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pmactor {

/// @returns them in the order of the list, *most* at most; what is no list ends it.
std::vector<std::uint32_t> parse_cpu_list(std::string_view text, std::size_t most);

} // namespace pmactor
