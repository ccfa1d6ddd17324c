// How the database is opened beside its writer: read-only, never created, and never waited for.
#pragma once

#include "actors/storage_writer/classify_failure_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>

namespace pmactor {

/// Runs what may fail, and gives its failure kind and words.
/// @param tried e.g. "read the history"; the name of the file follows.
/// @param database for the system's own word; may be null.
template <class F>
auto attempt_sqlite(const std::string& tried, const std::filesystem::path& file,
                    const SQLite::Database* database, F f) {
  try {
    return f();
  } catch (const SQLite::Exception& e) {
    throw explain(e, tried, file, database != nullptr ? database->getHandle() : nullptr);
  }
}

/// @returns the history, open for reading. One that cannot be written, as it lies on a read-only medium
/// or belongs to another user, is read as it is.
/// @throws storage_problem also if it is no history of this version or an earlier one.
SQLite::Database open_for_reading(const std::filesystem::path& file);

} // namespace pmactor
