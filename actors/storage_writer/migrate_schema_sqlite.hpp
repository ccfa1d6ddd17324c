// The tables of the history, and how those of an earlier version become those of this one.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <cstddef>

namespace pmactor {

/// Step i leads from version i to version i + 1. Each runs in one transaction together with the change
/// of `user_version`, and keeps all data.
extern const std::array<const char*, 7> schema_steps;

/// Takes the steps that the tables lack. @pre A transaction has begun.
/// @throws SQLite::Exception.
void migrate_schema(SQLite::Database& history);

} // namespace pmactor
