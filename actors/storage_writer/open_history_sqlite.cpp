#include "actors/storage_writer/history_connection_sqlite.hpp"
#include "actors/storage_writer/keep_damaged_file_posix.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "messages/words.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

/// Up to this size a database that was not closed in good order is checked as a whole; it takes 0.2
/// s. Of a larger one, only what will be written to next.
constexpr std::uint64_t small_enough_to_check = 64ull << 20;

std::string iso(double unix_seconds) {
  const auto whole = static_cast<std::time_t>(unix_seconds);
  std::tm broken{};
  char text[40];
  if (::localtime_r(&whole, &broken) == nullptr
      || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S%z", &broken) == 0)
    return "?";
  return text;
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  return failed ? 0 : size;
}

storage_problem denied(const fs::path& file, int code) {
  const auto kind = failure_of_errno(code);
  return {kind, "Cannot write the history " + file.string() + ": " + std::generic_category().message(code)
                  + ". " + advice(kind, code, file)};
}

} // namespace

std::array<fs::path, 3> unstored_files(const fs::path& history) {
  return {beside(history, ".unstored"), beside(history, ".unstored-2"), beside(history, ".unstored-3")};
}

void history_connection::open() {
  if (use_as == history_use::visitor)
    require_history_file(place.file);
  else
    make_file();
  attempt("open the history", [this] {
    const auto timeout = static_cast<int>(place.busy_timeout.count());
    database.emplace(place.file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, timeout);
    auto* handle = database->getHandle();
    sqlite3_extended_result_codes(handle, 1);
    if (sqlite3_db_readonly(handle, "main") == 1)
      throw denied(place.file, ::access(place.file.c_str(), W_OK) == 0 ? EACCES : errno);
    // A row that breaks this is none of ours.
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 4 << 20);
    // A restart of the writer alone need not wait for the disk; `end` merges the log.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    database->exec(
      "PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; "
      "PRAGMA wal_autocheckpoint = 400; PRAGMA journal_size_limit = 2097152;");
    own_tables();
    // Without a write-ahead log (some network file systems) only FULL survives a loss of power.
    const std::string journal = database->execAndGet("PRAGMA journal_mode").getText();
    database->exec(journal == "wal" ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
    prepare();
  });
  if (use_as != history_use::daemon)
    return;
  take_in_unstored();
  begin_run();
  attempt("look at the history", [this] {
    const auto found = sizes();
    const std::string journal = database->execAndGet("PRAGMA journal_mode").getText();
    static constexpr const char* levels[] = {"OFF", "NORMAL", "FULL", "EXTRA"};
    const auto level = static_cast<std::size_t>(number("PRAGMA synchronous")) & 3u;
    words = "Opened " + place.file.string() + " (" + describe_history(found.samples, found.bytes)
            + "; " + journal + ", synchronous " + levels[level] + ").";
    if (!alarm.empty())
      words += ' ' + alarm;
  });
}

void history_connection::make_file() {
  const auto& file = place.file;
  const auto folder = file.parent_path();
  struct stat found {};
  if (!folder.empty() && ::stat(folder.c_str(), &found) != 0 && errno == ENOENT) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
      throw denied(file, failed.value());
    fs::permissions(folder, fs::perms::owner_all, failed);
  }
  if (::stat(file.c_str(), &found) != 0) {
    if (errno != ENOENT)
      throw denied(file, errno);
    keep_stray_log();
    // Only ever a new file: closing a descriptor of one that SQLite has open, would drop its locks.
    const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno != EEXIST)
      throw denied(file, errno);
    if (descriptor >= 0)
      ::close(descriptor);
  } else if (!S_ISREG(found.st_mode)) {
    require_history_file(file);
  } else if (found.st_size == 0) {
    keep_stray_log();
  }
}

void history_connection::keep_stray_log() {
  if (size_of(beside(place.file, "-wal")) == 0)
    return;
  add_alarm("Beside it lay the log of a database that is gone; it is kept as "
       + keep_aside(place.file).filename().string() + "-wal.");
}

void history_connection::add_alarm(const std::string& sentence) {
  if (!alarm.empty())
    alarm += ' ';
  alarm += sentence;
}

void history_connection::own_tables() {
  const auto version = number("PRAGMA user_version");
  const auto mark = number("PRAGMA application_id");
  const bool empty = number("SELECT count(*) FROM sqlite_schema") == 0;
  if (mark != history_application_id && !(empty && mark == 0 && version == 0))
    throw storage_problem{
      storage_failure::foreign,
      "Cannot use " + place.file.string()
        + " as the history: it is the database of another program. Move it away, "
          "or choose another data folder."};
  if (version > history_schema_version)
    throw storage_problem{storage_failure::newer,
                          "Cannot use the history " + place.file.string()
                            + ": a newer pmactor wrote it (tables of version "
                            + std::to_string(version) + ", this one knows up to "
                            + std::to_string(history_schema_version)
                            + "). Install the newer one, or move the file away."};
  if (use_as == history_use::visitor && (empty || version < 1))
    throw storage_problem{storage_failure::foreign,
                          "Cannot change " + place.file.string()
                            + ": it is a history that is just being begun."};
  // A visitor leaves it to the daemon, which may be of an earlier version than the command.
  if (version == history_schema_version || use_as == history_use::visitor)
    return;
  if (empty)
    database->exec("PRAGMA auto_vacuum = INCREMENTAL;");
  database->exec("PRAGMA journal_mode = WAL;");
  SQLite::Transaction change{*database, SQLite::TransactionBehavior::IMMEDIATE};
  migrate_schema(*database);
  database->exec("PRAGMA application_id = " + std::to_string(history_application_id) + ';');
  change.commit();
}

void history_connection::prepare() {
  try {
    prepared.emplace(*database);
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() != SQLITE_ERROR)
      throw;
    // It says it is ours, but its tables are not: nothing can be stored in it.
    throw storage_problem{storage_failure::corrupt,
                          "Cannot use the history " + place.file.string() + ": " + e.what() + '.'};
  }
}

void history_connection::begin_run() {
  const auto before = attempt("read the history", [this] { return recall("last-start"); });
  if (before == place.run_id)
    return; // the writer was restarted, not the daemon
  const auto ended = attempt("read the history", [this] { return recall("last-end"); });
  if (before && before != ended) {
    attempt("check the history", [this] { check(); });
    std::string last = "It had stored nothing";
    attempt("read the history", [this, &last] {
      SQLite::Statement newest{*database, "SELECT timestamp FROM samples ORDER BY id DESC LIMIT 1"};
      if (newest.executeStep())
        last = "Its last sample is of " + iso(newest.getColumn(0).getDouble());
    });
    add_alarm("The run before did not end in good order. " + last + "; the database is sound.");
  }
  attempt("begin a run in the history", [this] {
    transaction change{*this};
    close_episodes();
    put("last-start", place.run_id);
    change.commit();
  });
}

void history_connection::check() {
  const auto size =
    static_cast<std::uint64_t>(number("PRAGMA page_count") * number("PRAGMA page_size"));
  const char* const question =
    size <= small_enough_to_check ? "PRAGMA quick_check(1)" : "PRAGMA quick_check('daemon_state')";
  const std::string answer = database->execAndGet(question).getString();
  if (answer != "ok")
    throw storage_problem{storage_failure::corrupt, "The history " + place.file.string()
                                                      + " is damaged: " + answer.substr(0, 200)};
  // Where the next rows go: the right edge of both trees.
  number("SELECT count(*) FROM (SELECT s.timestamp, p.name FROM (SELECT * FROM samples ORDER BY id "
         "DESC LIMIT 100) s JOIN process_samples p ON p.sample_id = s.id)");
}

history_size history_connection::sizes() {
  history_size result;
  use ids{prepared->ids};
  if (ids->executeStep() && !ids->isColumnNull(0))
    result.samples =
      static_cast<std::uint64_t>(ids->getColumn(1).getInt64() - ids->getColumn(0).getInt64() + 1);
  result.bytes = size_of(place.file) + size_of(beside(place.file, "-wal"));
  return result;
}

} // namespace pmactor
