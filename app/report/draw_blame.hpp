// Draws who did it: the blame of an event as bars, and below it who was on each CPU as a strip. Pure.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"

#include <string>

namespace pmactor::report {

/// @returns the section of a report; empty if nothing is known of who did it or who was on the CPUs.
std::string blame_section(const event_row& event);

} // namespace pmactor::report
