// Turns what SQLite says into a failure that can be decided on, and a sentence for a person.
#pragma once

#include "actors/storage_writer/decide_storage.hpp"

#include <filesystem>
#include <string>

struct sqlite3;

namespace pmactor {

/// @param code SQLite's extended result code.
/// @param system_errno what the operating system said last on that connection; 0 if nothing.
storage_failure failure_of(int code, int system_errno);

/// @returns the problem, to be thrown.
/// @param tried e.g. "store 3 rows in"; the name of the file follows.
/// @param database the connection, for the system's own word; may be null.
storage_problem explain(int code, const std::string& words, const std::string& tried,
                        const std::filesystem::path& file, sqlite3* database);

} // namespace pmactor
