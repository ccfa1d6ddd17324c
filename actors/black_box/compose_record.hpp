// Decides what of the machine's seconds goes into a record of the black box, and what an event
// shows of them later. Pure.
#pragma once

#include "actors/black_box/box_record.hpp"

#include <cstddef>
#include <vector>

namespace pmactor {

/// @returns what the black box keeps of a second.
box_second box_second_of(const scored_sample& x);

/// The way back, for the lead-up of an event: without processes.
scored_sample sample_of(const box_second& x, const box_record& of);

/// Adds a second. Beyond *most* every other of the older half goes, so that what is kept reaches
/// far back and is densest at its end.
void add_second(std::vector<box_second>& seconds, const box_second& x, std::size_t most);

/// @returns the busiest, by CPU and I/O, and those that wait for a disk.
std::vector<process_sample> busiest_of(const std::vector<process_sample>& processes,
                                       std::size_t most);

} // namespace pmactor
