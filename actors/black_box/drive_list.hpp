// Decides how what the drives say of their own lives lies in a file: a process with the rights to ask
// them writes it before the daemon, which has none of these rights, is started. Pure.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// @param boot_id of the boot in which they were asked.
std::string compose_drive_list(const std::vector<drive_counters>& drives, std::string_view boot_id);

/// @param text any bytes.
/// @returns what it lists; nothing if it was written in another boot.
std::vector<drive_counters> parse_drive_list(std::string_view text, std::string_view boot_id);

} // namespace pmactor
