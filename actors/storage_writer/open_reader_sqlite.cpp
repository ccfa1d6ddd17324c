#include "actors/storage_writer/open_reader_sqlite.hpp"

#include "actors/host/explain_rights.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"

#include <sqlite3.h>

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr int busy_timeout_ms = 500;

/// Opens it and reads from it for the first time: only then SQLite finds out whether it can.
SQLite::Database open_with(const std::string& name, int flags, const fs::path& file) {
  SQLite::Database result{name, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | flags, busy_timeout_ms};
  auto* handle = result.getHandle();
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 4 << 20);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  result.exec("PRAGMA query_only = ON; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;");
  const auto mark = result.execAndGet("PRAGMA application_id").getInt();
  const auto version = result.execAndGet("PRAGMA user_version").getInt();
  if (mark != history_application_id)
    throw storage_problem{storage_failure::foreign,
                          "Cannot read " + file.string()
                            + ": it is no history of pmactor, or one that is just being begun."};
  if (version > history_schema_version)
    throw storage_problem{storage_failure::newer, "Cannot read the history " + file.string()
                                                    + ": a newer pmactor wrote it. Use that one."};
  return result;
}

/// @returns the name of the file as a URI, with what a URI gives a meaning of its own spelled as %NN.
std::string uri_of(const fs::path& file) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result = "file:";
  for (const char c : fs::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte <= 0x20 || byte >= 0x7f) {
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    } else {
      result += c;
    }
  }
  return result;
}

/// Whether SQLite failed because it may not make the shared index beside a database with a write-ahead log.
bool lacks_right_to_write(const SQLite::Exception& e) {
  const auto code = e.getErrorCode() & 0xff;
  return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

} // namespace

void require_history_file(const fs::path& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) {
    const auto error = errno;
    auto why = explain_rights(file);
    if (why.empty())
      why = error == ENOENT ? "there is none yet. Start the daemon first." : std::generic_category().message(error) + '.';
    throw storage_problem{storage_failure::denied,
                          "Cannot read the history " + file.string() + ": " + why};
  }
  if (!S_ISREG(found.st_mode))
    throw storage_problem{storage_failure::denied,
                          "Cannot open the history " + file.string() + ": it is a "
                            + (S_ISDIR(found.st_mode) ? "folder" : "special file")
                            + ", not a file. Move it away, or choose another data folder."};
}

SQLite::Database open_for_reading(const fs::path& file) {
  require_history_file(file);
  return attempt_sqlite("read the history", file, nullptr, [&file] {
    try {
      return open_with(file.string(), 0, file);
    } catch (const SQLite::Exception& e) {
      if (!lacks_right_to_write(e))
        throw;
      std::error_code none;
      if (const auto log = fs::file_size(file.string() + "-wal", none); !none && log > 0)
        throw storage_problem{storage_failure::denied,
                              "Cannot read the history " + file.string()
                                + ": its newest rows are in a log beside it, which cannot be read without "
                                  "the right to write there. Copy both to a folder of your own, and name "
                                  "that with --data."};
      // All that there is lies in the one file, and we at least do not change it.
      return open_with(uri_of(file) + "?immutable=1", SQLite::OPEN_URI, file);
    }
  });
}

} // namespace pmactor
