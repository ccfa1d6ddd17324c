// Classifies what SQLite reports as a failure that can be decided on, with a sentence for a person.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"

#include <filesystem>
#include <string>

struct sqlite3;
namespace SQLite {
class Exception;
}

namespace pmactor {

/// @returns the kind of a file that cannot be opened, made or written for this reason.
storage_failure failure_of_errno(int system_errno);

/// @param code SQLite's extended result code.
/// @param system_errno what the operating system said last on that connection; 0 if nothing.
storage_failure failure_of(int code, int system_errno);

/// @returns what a person can do about it; empty if there is nothing to do.
/// @param system_errno distinguishes a read-only file system from a missing right; 0 if unknown.
std::string advice(storage_failure kind, int system_errno, const std::filesystem::path& file);

/// @returns the problem, to be thrown.
/// @param tried e.g. "store 3 rows in"; the name of the file follows.
/// @param database the connection, for the system's own word; may be null.
storage_problem explain(const SQLite::Exception& e, const std::string& tried,
                        const std::filesystem::path& file, sqlite3* database);

} // namespace pmactor
