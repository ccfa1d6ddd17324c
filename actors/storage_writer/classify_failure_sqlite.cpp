#include "actors/storage_writer/classify_failure_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace pmactor {

std::string advice(storage_failure kind, int system_errno, const std::filesystem::path& file) {
  switch (kind) {
    case storage_failure::busy:
      return "Close the program that has it open for writing.";
    case storage_failure::full:
      return "Make room on the disk that holds " + file.parent_path().string() + '.';
    case storage_failure::io:
      return "Look at the disk and the kernel's log.";
    case storage_failure::denied:
      // ext4 does this to itself after an error: a right would not help.
      if (system_errno == EROFS)
        return "The file system is read-only, perhaps after an error: look at the kernel's log and mount "
               "it for writing, or choose another data folder.";
      if (system_errno == EIO)
        return "Look at the disk and the kernel's log.";
      return "Give this user the right to write to the file and its folder, or choose another data "
             "folder.";
    case storage_failure::moved:
      return "A new file is begun in its place.";
    case storage_failure::corrupt:
      return {}; // what keeps it aside says where
    default:
      return {};
  }
}

storage_failure failure_of_errno(int system_errno) {
  switch (system_errno) {
    case ENOSPC:
    case EDQUOT: // a quota and a limit on the size of files are a full disk for a process that they limit
    case EFBIG:
      return storage_failure::full;
    case EIO:
    case ENXIO:
    case ENODEV:
      return storage_failure::io;
    default:
      return storage_failure::denied;
  }
}

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
      return failure_of_errno(system_errno) == storage_failure::full ? storage_failure::full : storage_failure::io;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return failure_of_errno(system_errno);
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

storage_problem explain(const SQLite::Exception& e, const std::string& tried,
                        const std::filesystem::path& file, sqlite3* database) {
  const auto code = e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
  const auto system_errno = database != nullptr ? sqlite3_system_errno(database) : 0;
  const auto kind = failure_of(code, system_errno);
  auto sentence = "Cannot " + tried + ' ' + file.string() + ": " + e.what();
  // The system's word belongs to this failure only if it is one that comes from the system.
  if (system_errno != 0
      && (kind == storage_failure::io || kind == storage_failure::denied
          || kind == storage_failure::full))
    sentence += " (" + std::generic_category().message(system_errno) + ')';
  const auto hint = advice(kind, system_errno, file);
  sentence += hint.empty() ? "." : ". " + hint;
  return {kind, sentence};
}

} // namespace pmactor
