// Decides the names of event folders: the one under which it is written, and the one it gets when all is
// in it. Pure.
#pragma once

#include "messages/forensics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// In the data folder.
inline constexpr std::string_view events_folder = "events";

/// @param attempt from 1 on: which name to try after a clash.
/// @returns e.g. "2026-01-20T09-10-13Z-pause", for the second attempt "2026-01-20T09-10-13Z-pause.2".
std::string name_event_folder(event_id event, unsigned attempt);

/// @returns the name under which it is written, from which the event is known: ".pause-1768900213250000000".
std::string name_open_folder(event_id event);

/// @returns the event of a folder that was being written; nullopt if the name is none of ours.
std::optional<event_id> event_of_open_folder(std::string_view name);

/// @returns whether it is the name of a finished folder.
bool is_event_folder(std::string_view name);

} // namespace pmactor
