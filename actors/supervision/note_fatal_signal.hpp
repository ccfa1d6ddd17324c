// Has a process that dies of a signal write down on the health page which one it was, and which
// thread, so that the next start can say what crashed. An end without a note is one that no process
// can note.
#pragma once

#include "actors/supervision/health_page.hpp"

namespace pmactor {

/// From now on; the signals then do what they did. SIGBUS is noted by what guards the page against
/// it.
/// @param page as long as the process lives. Once a process.
void note_fatal_signals(health_page& page);

} // namespace pmactor
