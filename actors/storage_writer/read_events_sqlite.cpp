#include "actors/storage_writer/read_events_sqlite.hpp"

#include "actors/storage_writer/explain_failure_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/read_column_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>


namespace pmactor {
namespace {

constexpr std::size_t longest_text = 65536;

constexpr const char* columns_of_all_versions
  = "id, kind, started, ended, duration, uncertainty, expected, latency_ratio, asleep, cause, "
    "confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, stress_thermal, "
    "stress_latency, stress_io, culprits, event_dir, status, notes";

std::string text_in(const SQLite::Statement& row, int index) {
  return pmactor::text_in(row, index, longest_text);
}

event_row row_of(const SQLite::Statement& found) {
  event_row x;
  int i = 0;
  x.id = found.getColumn(i++).getInt64();
  x.kind = text_in(found, i++);
  for (auto* number : {&x.started, &x.ended, &x.duration, &x.uncertainty, &x.expected,
                       &x.latency_ratio, &x.asleep})
    *number = number_in(found, i++);
  for (auto* text : {&x.cause, &x.confidence, &x.scope, &x.ledger, &x.evidence})
    *text = text_in(found, i++);
  for (auto* number : {&x.stress_total, &x.stress_load, &x.stress_memory, &x.stress_thermal,
                       &x.stress_latency, &x.stress_io})
    *number = number_in(found, i++);
  for (auto* text : {&x.culprits, &x.event_dir, &x.status, &x.notes, &x.capture})
    *text = text_in(found, i++);
  return x;
}

template <class F>
auto attempt(const std::filesystem::path& file, const char* tried, SQLite::Database* database, F f) {
  try {
    return f();
  } catch (const SQLite::Exception& e) {
    const auto code = e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
    throw explain(code, e.what(), tried, file, database != nullptr ? database->getHandle() : nullptr);
  }
}

/// @returns the history, opened.
SQLite::Database open(const std::filesystem::path& file, int flags) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed))
    throw storage_problem{storage_failure::denied,
                          "Cannot open the history " + file.string()
                            + ": there is none yet. Start the daemon first."};
  return attempt(file, "open", nullptr, [&] {
    SQLite::Database result{file.string(), flags | SQLite::OPEN_NOMUTEX, 1000};
    auto* handle = result.getHandle();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 4 << 20);
    // Writing runs the checks of the schema, which use JSON functions that are not trusted otherwise.
    if ((flags & SQLite::OPEN_READONLY) != 0)
      sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // Leaving it to the daemon to merge the log keeps this quick.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (result.execAndGet("PRAGMA application_id").getInt() != history_application_id)
      throw storage_problem{storage_failure::foreign,
                            "Cannot read " + file.string()
                              + ": it is no history of pmactor, or one that is just being begun."};
    if (result.execAndGet("PRAGMA user_version").getInt() > history_schema_version)
      throw storage_problem{storage_failure::newer, "Cannot read the history " + file.string()
                                                      + ": a newer pmactor wrote it. Use that one."};
    return result;
  });
}

bool set_text(const std::filesystem::path& history, std::int64_t id, const char* statement,
              const std::string& text) {
  auto database = open(history, SQLite::OPEN_READWRITE);
  return attempt(history, "change an event in", &database, [&] {
    SQLite::Statement change{database, statement};
    change.bind(1, text);
    change.bind(2, id);
    return change.exec() > 0;
  });
}

} // namespace

struct event_reader::connection {
  std::filesystem::path file;
  SQLite::Database database;
  std::string columns = columns_of_all_versions
                        // One that no newer daemon has opened yet is read as it is.
                        + std::string{database.execAndGet("PRAGMA user_version").getInt() < 2
                                        ? ", NULL"
                                        : ", capture"};

  template <class F>
  auto read(F f) {
    return attempt(file, "read", &database, f);
  }
};

event_reader::event_reader(const std::filesystem::path& file)
  : connection_{new connection{file, open(file, SQLite::OPEN_READONLY)}} {
}

event_reader::~event_reader() = default;

void event_reader::events(const event_range& range, const std::function<bool(const event_row&)>& row) {
  auto& c = *connection_;
  c.read([&] {
    std::string where;
    const auto add = [&where](bool asked, const char* condition) {
      if (asked)
        where += (where.empty() ? " WHERE " : " AND ") + std::string{condition};
    };
    add(range.since.has_value(), "started >= :since");
    add(range.until.has_value(), "started < :until");
    add(!range.kind.empty(), "kind = :kind");
    add(!range.cause.empty(), "cause = :cause");
    add(range.least_duration.has_value(), "duration >= :least");
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events" + where
                                          + " ORDER BY started DESC, id DESC"
                                          + (range.limit > 0 ? " LIMIT :limit" : "")};
    if (range.since)
      query.bind(":since", *range.since);
    if (range.until)
      query.bind(":until", *range.until);
    if (!range.kind.empty())
      query.bind(":kind", range.kind);
    if (!range.cause.empty())
      query.bind(":cause", range.cause);
    if (range.least_duration)
      query.bind(":least", *range.least_duration);
    if (range.limit > 0)
      query.bind(":limit", static_cast<std::int64_t>(range.limit));
    while (query.executeStep())
      if (!row(row_of(query)))
        break;
  });
}

std::optional<event_row> event_reader::find(std::int64_t id) {
  auto& c = *connection_;
  return c.read([&]() -> std::optional<event_row> {
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events WHERE id = ?"};
    query.bind(1, id);
    if (!query.executeStep())
      return std::nullopt;
    return row_of(query);
  });
}

std::vector<lead_up_row> event_reader::lead_up(std::int64_t id) {
  auto& c = *connection_;
  return c.read([&] {
    SQLite::Statement query{c.database,
                            "SELECT timestamp, cpu_pct, load_avg, io_read, io_write, stress_total, "
                            "stress_load, stress_memory, stress_thermal, stress_latency, stress_io, "
                            "psi_cpu_some, psi_mem_some, psi_mem_full, psi_io_some, psi_io_full "
                            "FROM event_samples WHERE event_id = ? ORDER BY timestamp LIMIT 1000"};
    query.bind(1, id);
    std::vector<lead_up_row> result;
    while (query.executeStep()) {
      auto& x = result.emplace_back();
      int i = 0;
      for (auto* number : {&x.timestamp, &x.cpu_pct, &x.load_avg, &x.io_read, &x.io_write,
                           &x.stress_total, &x.stress_load, &x.stress_memory, &x.stress_thermal,
                           &x.stress_latency, &x.stress_io, &x.psi_cpu_some,
                           &x.psi_mem_some, &x.psi_mem_full, &x.psi_io_some, &x.psi_io_full})
        *number = number_in(query, i++);
    }
    return result;
  });
}

bool mark_event(const std::filesystem::path& history, std::int64_t id, const std::string& status) {
  return set_text(history, id, "UPDATE events SET status = ? WHERE id = ?", status);
}

bool note_event(const std::filesystem::path& history, std::int64_t id, const std::string& text) {
  return set_text(history, id, "UPDATE events SET notes = nullif(?, '') WHERE id = ?", text);
}

} // namespace pmactor
