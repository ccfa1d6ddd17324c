// Reads what others wrote of the end of a boot or of the daemon: the kernel in what survived it,
// the journal, the drives. All of it is foreign: bounded, and cut to what one line can say. Pure.
#pragma once

#include "actors/black_box/decide_outage.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// @param text a kernel's log, as pstore keeps it: of a crash, or of a console.
/// @param file the name by which people find it.
/// @returns how that kernel ended, if its lines say so.
std::optional<kernel_death> find_kernel_death(std::string_view text, const std::string& file);

/// Puts the most telling first: a panic before all else.
void rank_deaths(std::vector<kernel_death>& deaths);

/// @param lines the last ones of a boot in the journal, oldest first.
/// @returns nothing if there are none.
std::optional<journal_end> read_journal_end(std::string_view lines);

/// @param lines of the service manager about the unit, oldest first.
/// @returns the part that says how its process ended; empty if none does.
std::string find_service_result(std::string_view lines);

/// @returns whether the kernel says that it killed this process as memory had run out.
bool is_oom_kill(std::string_view text, std::int64_t pid);

/// @returns what a line at boot says of the reset before it; empty if it says nothing of that.
std::string reset_reason_in(std::string_view text);

/// @param page the SMART / health information log of an NVMe drive, 512 bytes.
drive_counters parse_nvme_health(std::string_view page, std::string name);

/// @param page the SMART attributes of an ATA drive, 512 bytes.
drive_counters parse_ata_attributes(std::string_view page, std::string name);

} // namespace pmactor
