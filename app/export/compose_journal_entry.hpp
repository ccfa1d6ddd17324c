// Writes an event as an entry of systemd's journal, in its native protocol. Pure.
#pragma once

#include "app/export/compose_otlp_logs.hpp"

#include <string>
#include <string_view>

namespace pmactor {

/// @returns the id under which conf/pmactor.catalog explains events of this kind.
std::string_view message_id_of(std::string_view kind);

/// @returns the bytes of one datagram, 16 KiB at most.
std::string compose_journal_entry(const export_origin& origin, const exported_event& x);

} // namespace pmactor
