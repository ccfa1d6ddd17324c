#include "actors/storage_writer/explain_failure_sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace pmactor {
namespace {

/// @returns what a person can do about it; empty if nothing is left to do.
std::string advice(storage_failure kind, const std::filesystem::path& file) {
  switch (kind) {
    case storage_failure::busy:
      return "Close the program that has it open for writing.";
    case storage_failure::full:
      return "Make room on the disk that holds " + file.parent_path().string() + '.';
    case storage_failure::io:
      return "Look at the disk and the kernel's log.";
    case storage_failure::denied:
      return "Give this user the right to write to the file and its folder, or choose another data "
             "folder.";
    case storage_failure::moved:
      return "A new file is begun in its place.";
    case storage_failure::corrupt:
      return {}; // whoever keeps it aside says where
    default:
      return "The log has more.";
  }
}

/// A quota and a limit on the size of files are full disks to those whom they bind.
bool is_full(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

} // namespace

storage_failure failure_of(int code, int system_errno) {
  if (code == SQLITE_READONLY_DBMOVED)
    return storage_failure::moved;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: // too much of a crowd at the write-ahead log
      return storage_failure::busy;
    case SQLITE_FULL:
      return storage_failure::full;
    case SQLITE_IOERR:
      // A full disk met while the shared index grows is reported as a failed write.
      return is_full(system_errno) ? storage_failure::full : storage_failure::io;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return storage_failure::denied;
    case SQLITE_CANTOPEN:
      return is_full(system_errno) ? storage_failure::full : storage_failure::denied;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return storage_failure::corrupt;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return storage_failure::refused;
    default:
      return storage_failure::other;
  }
}

storage_problem explain(int code, const std::string& words, const std::string& tried,
                        const std::filesystem::path& file, sqlite3* database) {
  const auto system_errno = database != nullptr ? sqlite3_system_errno(database) : 0;
  const auto kind = failure_of(code, system_errno);
  auto sentence = "Cannot " + tried + ' ' + file.string() + ": " + words;
  // The system's word belongs to this failure only if it is one that comes from the system.
  if (system_errno != 0
      && (kind == storage_failure::io || kind == storage_failure::denied
          || kind == storage_failure::full))
    sentence += " (" + std::generic_category().message(system_errno) + ')';
  const auto hint = advice(kind, file);
  sentence += hint.empty() ? "." : ". " + hint;
  return {kind, sentence};
}

} // namespace pmactor
