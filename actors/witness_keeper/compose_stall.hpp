// Decides what the event of a stall contains. Pure.
#pragma once

#include "actors/witness_keeper/track_stalls.hpp"
#include "actors/witness_keeper/witness_page.hpp"
#include "messages/pause.hpp"

#include <optional>

namespace pmactor {

/// @param at_begin the clocks side by side at some moment: what places the begin on the wall, and
/// so names the event. The same at each call for one stall, though clocks be set and the machine
/// sleep meanwhile.
/// @param at the same at some recent moment.
/// @returns the event; or, of one that was reported at its begin and is over, what is known since.
pause_news compose_stall(const stall_change& x, const clock_sample& at_begin,
                         const clock_sample& at);

/// @returns the pause of a machine whose clocks stood still meanwhile: it ended when that was found at the latest.
pause_event compose_standstill(const standstill_word& x, const std::optional<hypervisor_fact>& hypervisor,
                               const clock_sample& at);

/// @returns one sentence for the log: "Disk sda does not answer since 1.2 s; felt by …".
std::string sentence_of(const stall_change& x);

} // namespace pmactor
