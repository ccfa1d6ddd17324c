// Sends an entry to systemd's journal by its native protocol, a datagram.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// Never waits. @param socket where the journal listens; tests have their own.
/// @returns why it could not be sent, as the end of a sentence; empty if it was.
std::string send_journal(std::string_view entry, const std::string& socket = "/run/systemd/journal/socket");

/// @returns whether stderr leads to the journal, as $JOURNAL_STREAM says; else that is of a parent's.
bool stderr_is_journal();

} // namespace pmactor
