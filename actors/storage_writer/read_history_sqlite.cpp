#include "actors/storage_writer/read_history_sqlite.hpp"

#include "actors/storage_writer/explain_failure_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_column_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>


namespace pmactor {
namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::int64_t most_processes = 256;

std::string text_in(const SQLite::Statement& row, int index) {
  return pmactor::text_in(row, index, longest_text);
}

/// The part of a statement that the range decides; its values are bound, never written into it.
std::string where(const sample_range& range) {
  std::string result;
  auto add = [&result](const char* condition) {
    result += result.empty() ? " WHERE " : " AND ";
    result += condition;
  };
  if (range.since)
    add("timestamp >= :since");
  if (range.until)
    add("timestamp < :until");
  if (range.stress_above)
    add("stress_total > :stress");
  return result;
}

void bind(SQLite::Statement& statement, const sample_range& range) {
  if (range.since)
    statement.bind(":since", *range.since);
  if (range.until)
    statement.bind(":until", *range.until);
  if (range.stress_above)
    statement.bind(":stress", *range.stress_above);
}

} // namespace

struct history_reader::connection {
  std::filesystem::path file;
  std::optional<SQLite::Database> database;

  template <class F>
  auto attempt(const char* tried, F f) {
    try {
      return f();
    } catch (const SQLite::Exception& e) {
      const auto code = e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
      const auto kind = failure_of(code, database ? sqlite3_system_errno(database->getHandle()) : 0);
      throw storage_problem{kind, std::string{"Cannot "} + tried + " the history " + file.string()
                                    + ": " + e.what() + '.'};
    }
  }
};

history_reader::history_reader(const std::filesystem::path& file)
  : connection_(std::make_unique<connection>()) {
  auto& c = *connection_;
  c.file = file;
  std::error_code failed;
  if (!std::filesystem::exists(file, failed))
    throw storage_problem{storage_failure::denied,
                          "Cannot read the history " + file.string()
                            + ": there is none yet. Start the daemon first."};
  c.attempt("read", [&c] {
    c.database.emplace(c.file.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, 500);
    auto* handle = c.database->getHandle();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 4 << 20);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    c.database->exec("PRAGMA query_only = ON; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;");
    const auto version = c.database->execAndGet("PRAGMA user_version").getInt();
    const auto mark = c.database->execAndGet("PRAGMA application_id").getInt();
    if (mark != history_application_id)
      throw storage_problem{storage_failure::foreign,
                            "Cannot read " + c.file.string()
                              + ": it is no history of pmactor, or one that is just being begun."};
    if (version > history_schema_version)
      throw storage_problem{storage_failure::newer, "Cannot read the history " + c.file.string()
                                                      + ": a newer pmactor wrote it. Use that one."};
  });
}

history_reader::~history_reader() = default;

std::size_t history_reader::samples(const sample_range& range,
                                    const std::function<bool(const sample_row&)>& row) {
  auto& c = *connection_;
  return c.attempt("read", [&c, &range, &row] {
    const char* const order = range.newest_first ? " ORDER BY timestamp DESC, id DESC"
                                                 : " ORDER BY timestamp, id";
    SQLite::Statement query{*c.database, "SELECT id, " + sample_column_list() + " FROM samples"
                                           + where(range) + order
                                           + (range.limit > 0 ? " LIMIT :limit" : "")};
    bind(query, range);
    if (range.limit > 0)
      query.bind(":limit", static_cast<std::int64_t>(range.limit));
    std::size_t result = 0;
    sample_row found;
    while (query.executeStep()) {
      found.id = query.getColumn(0).getInt64();
      for (std::size_t i = 0; i < found.values.size(); ++i)
        found.values[i] = number_in(query, static_cast<int>(i) + 1);
      ++result;
      if (!row(found))
        break;
    }
    return result;
  });
}

std::size_t history_reader::count(const sample_range& range) {
  auto& c = *connection_;
  return c.attempt("read", [&c, &range] {
    SQLite::Statement query{*c.database, "SELECT count(*) FROM samples" + where(range)};
    bind(query, range);
    query.executeStep();
    return static_cast<std::size_t>(query.getColumn(0).getInt64());
  });
}

std::optional<sample_row> history_reader::newest() {
  std::optional<sample_row> result;
  sample_range range;
  range.limit = 1;
  samples(range, [&result](const sample_row& row) {
    result = row;
    return false;
  });
  return result;
}

std::vector<process_sample> history_reader::processes(std::int64_t sample_id) {
  auto& c = *connection_;
  return c.attempt("read", [&c, sample_id] {
    SQLite::Statement query{*c.database,
                            "SELECT pid, start_time, name, cpu_pct, mem_bytes, io_read, io_write, "
                            "state, is_suspect FROM process_samples WHERE sample_id = ? ORDER BY id "
                            "LIMIT ?"};
    query.bind(1, sample_id);
    query.bind(2, most_processes);
    std::vector<process_sample> result;
    while (query.executeStep()) {
      auto& x = result.emplace_back();
      x.pid = query.getColumn(0).getInt64();
      x.start_time = number_in(query, 1);
      x.name = text_in(query, 2);
      x.cpu_pct = number_in(query, 3);
      x.mem_bytes = number_in(query, 4);
      x.io_read = number_in(query, 5);
      x.io_write = number_in(query, 6);
      if (const auto state = text_in(query, 7); state.size() == 1)
        x.state = state.front();
      x.is_suspect = query.getColumn(8).getInt() != 0;
    }
    return result;
  });
}

std::optional<event_brief> history_reader::newest_pause() {
  auto& c = *connection_;
  return c.attempt("read", [&c]() -> std::optional<event_brief> {
    SQLite::Statement query{*c.database, "SELECT kind, started, duration, cause FROM events WHERE kind = "
                                         "'pause' ORDER BY started DESC LIMIT 1"};
    if (!query.executeStep())
      return std::nullopt;
    return event_brief{text_in(query, 0), number_in(query, 1).value_or(0), number_in(query, 2),
                       text_in(query, 3)};
  });
}

std::vector<double> history_reader::stress_before_pauses() {
  auto& c = *connection_;
  return c.attempt("read", [&c] {
    SQLite::Statement query{*c.database, "SELECT stress_total FROM events WHERE kind = 'pause' AND "
                                         "stress_total IS NOT NULL ORDER BY started DESC LIMIT 10000"};
    std::vector<double> result;
    while (query.executeStep())
      if (const auto stress = number_in(query, 0))
        result.push_back(*stress);
    return result;
  });
}

std::size_t history_reader::count_events(std::optional<double> before) {
  auto& c = *connection_;
  return c.attempt("read", [&c, &before] {
    SQLite::Statement query{*c.database,
                            std::string{"SELECT count(*) FROM events"}
                              + (before ? " WHERE started < :before AND status <> 'pinned'" : "")};
    if (before)
      query.bind(":before", *before);
    query.executeStep();
    return static_cast<std::size_t>(query.getColumn(0).getInt64());
  });
}

std::optional<std::string> history_reader::recall(const std::string& key) {
  auto& c = *connection_;
  return c.attempt("read", [&c, &key]() -> std::optional<std::string> {
    SQLite::Statement query{*c.database, "SELECT value FROM daemon_state WHERE key = ?"};
    query.bind(1, key);
    if (!query.executeStep())
      return std::nullopt;
    return text_in(query, 0);
  });
}

} // namespace pmactor
