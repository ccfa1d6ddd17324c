// How the facts that are counted are taken out of a row of `events`.
#pragma once

#include "actors/storage_writer/tally_events.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace pmactor {

/// @returns the columns for event_facts_in(), of a history of this version or an earlier one.
std::string event_facts_columns(SQLite::Database& database);
tallied_event event_facts_in(const SQLite::Statement& row);

} // namespace pmactor
