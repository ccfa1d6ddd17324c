// The operator's own labels of a host, as the settings have them: "rack=r12". Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

inline constexpr std::size_t most_host_labels = 16;

/// @returns what is wrong with them, as the end of a sentence that starts with the key; empty if nothing is.
std::string check_host_labels(const std::vector<std::string>& labels);

/// @returns names and values. What check_host_labels() refuses is left out.
std::vector<std::pair<std::string, std::string>> parse_host_labels(const std::vector<std::string>& labels);

} // namespace pmactor
