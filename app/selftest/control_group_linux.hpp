// A control group of the self-test's own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pmactor {

/// @returns the folder of a new group below *hierarchy*, named by this process; empty if none can be made.
std::filesystem::path make_group(const std::filesystem::path& hierarchy, std::string_view name = "");

/// Removes it, after moving the processes in it to the group above.
void remove_group(const std::filesystem::path& folder);

std::string read_kernel_file(const std::filesystem::path& file);
/// @returns whether the kernel took it.
bool write_kernel_file(const std::filesystem::path& file, std::string_view text);

} // namespace pmactor
