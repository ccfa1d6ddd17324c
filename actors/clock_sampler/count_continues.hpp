// Counts the SIGCONT signals of this process and remembers their senders: what proves that a stop was one.
#pragma once

#include "messages/pause.hpp"

namespace pmactor {

/// Counts the SIGCONT signals of this process from now on and remembers their senders. The counting is
/// only prompt if SIGCONT is blocked in every thread but the beat's: call before other threads start,
/// from the thread that starts them; the calling thread and its children block it from then on.
/// A second call changes nothing.
void watch_continues();

/// @returns whether they are counted.
bool is_watching_continues();

/// Lets the calling thread receive SIGCONT: the beat's own, so that a signal is counted before the
/// first beat after it.
void receive_continues();

/// Notes the count and the last sender, if they are counted. For the beat: it neither waits nor allocates.
void read_continues(beat_counters& x);

} // namespace pmactor
