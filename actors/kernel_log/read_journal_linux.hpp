// Asks the journal for what systemd-oomd and earlyoom logged, and after a sleep for why it was. It
// costs a program to be run, and so is done only while memory is short or was a moment ago:
// otherwise they have nothing to kill.
#pragma once

#include "actors/kernel_log/program_log.hpp"

#include <memory>
#include <string>

namespace pmactor {

/// Waits for its disk. @returns the path of journalctl; empty where there is no journal.
std::string find_journal_tool();

/// Likewise. @returns null where there is no journal.
std::unique_ptr<program_log> open_journal();

} // namespace pmactor
