// Puts the last minute before an outage into words: what stood out, what stalled, what was busy.
// Pure.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <string>
#include <vector>

namespace pmactor {

/// @param records of the run that ended, the oldest first; not empty.
/// @returns e.g. "memory pressure 96 %, /home had not answered for 41 s, then nothing"; empty if
/// nothing stood out.
std::string describe_last_minute(const std::vector<box_record>& records);

/// @returns the seconds of all of them, each once, the oldest first, of the last two minutes.
std::vector<box_second> last_seconds(const std::vector<box_record>& records);

} // namespace pmactor
