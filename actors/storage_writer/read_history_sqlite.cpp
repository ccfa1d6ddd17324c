#include "actors/storage_writer/read_history_sqlite.hpp"

#include "actors/storage_writer/open_reader_sqlite.hpp"
#include "actors/storage_writer/read_column_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t longest_text = 4096;
constexpr std::int64_t most_processes = 256;

std::string text_in(const SQLite::Statement& row, int index) {
  return pmactor::text_in(row, index, longest_text);
}

/// The rows of a range are found by their ids: what is stored last is the newest, whatever the wall clock
/// said then.
struct id_range {
  std::int64_t first = 0, last = 0;
};

/// @returns the ids between which the samples of the range lie; nothing if there are none.
std::optional<id_range> ids_of(SQLite::Database& database, const sample_range& range) {
  SQLite::Statement query{database, "SELECT min(id), max(id) FROM samples WHERE timestamp >= ? AND "
                                    "timestamp < ?"};
  query.bind(1, range.since.value_or(-1e300));
  query.bind(2, range.until.value_or(1e300));
  if (!query.executeStep() || query.isColumnNull(0))
    return std::nullopt;
  return id_range{query.getColumn(0).getInt64(), query.getColumn(1).getInt64()};
}

/// The part of a statement that the range decides; its values are bound, never written into it.
/// @param by_id the index by time is of no use then.
std::string where(const sample_range& range, bool by_id) {
  const std::string time = by_id ? "+timestamp" : "timestamp";
  std::string result;
  auto add = [&result](const std::string& condition) {
    result += result.empty() ? " WHERE " : " AND ";
    result += condition;
  };
  if (range.since)
    add(time + " >= :since");
  if (range.until)
    add(time + " < :until");
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

/// @returns what selects the seconds that were kept before events and are no samples, in the columns of samples.
/// @param condition as where() makes it. The index is by event, so the events of the time are looked for first.
std::string select_lead_ups(const sample_range& range, const std::string& condition) {
  std::string columns;
  for (std::size_t i = 0; i < sample_column_count; ++i) {
    const auto column = static_cast<sample_column>(i);
    const bool is_kept = std::find(lead_up_columns.begin(), lead_up_columns.end(), column) != lead_up_columns.end();
    columns += ", ";
    if (is_kept)
      columns += sample_column_names[i];
    else if (column == sample_column::mem_total) // it hardly ever changes
      columns += "(SELECT near.mem_total FROM samples AS near WHERE near.timestamp <= event_samples.timestamp "
                 "ORDER BY near.timestamp DESC LIMIT 1)";
    else
      columns += "NULL";
  }
  std::string events;
  if (range.since)
    events += " AND started >= :since - 60"; // the newest second of a lead-up may be one that began before its event
  if (range.until)
    events += " AND started < :until + 3600"; // a lead-up is no longer
  return "SELECT 0 AS id" + columns + " FROM event_samples" + condition + (condition.empty() ? " WHERE " : " AND ")
         + "event_id IN (SELECT id FROM events WHERE true" + events
         + ") AND NOT EXISTS (SELECT 1 FROM samples AS stored WHERE stored.timestamp = event_samples.timestamp) "
           "GROUP BY timestamp";
}

} // namespace

struct history_reader::connection {
  std::filesystem::path file;
  SQLite::Database database;
  // One that no newer daemon has opened yet is read as it is.
  int version = database.execAndGet("PRAGMA user_version").getInt();

  template <class F>
  auto attempt(F f) {
    return attempt_sqlite("read the history", file, &database, f);
  }
};

history_reader::history_reader(const std::filesystem::path& file)
  : connection_{new connection{file, open_for_reading(file)}} {
}

history_reader::~history_reader() = default;

std::size_t history_reader::samples(const sample_range& range,
                                    const std::function<bool(const sample_row&)>& row) {
  auto& c = *connection_;
  return c.attempt([&c, &range, &row] {
    const bool by_id = range.order == sample_order::stored;
    // Of the newest few it is quicker to look from the end than to count how many there are.
    const bool is_bounded = by_id && (range.until || (range.since && range.limit == 0));
    std::optional<id_range> ids;
    if (is_bounded && !(ids = ids_of(c.database, range)))
      return std::size_t{0};
    auto condition = where(range, by_id);
    if (ids)
      condition += (condition.empty() ? " WHERE " : " AND ") + std::string{"id BETWEEN :first AND :last"};
    const std::string direction = range.newest_first ? " DESC" : "";
    const auto samples = "SELECT id, " + sample_column_list(c.version) + " FROM samples" + condition;
    const auto kept = by_id || range.kept == lead_ups::left_out ? std::string{} : select_lead_ups(range, condition);
    SQLite::Statement query{c.database, (kept.empty()                     ? samples
                                         : range.kept == lead_ups::alone ? "SELECT * FROM (" + kept + ')'
                                                                         : "SELECT * FROM (" + samples + " UNION ALL " + kept + ')')
                                          + " ORDER BY " + (by_id ? "" : "timestamp" + direction + ", ")
                                          + "id" + direction + (range.limit > 0 ? " LIMIT :limit" : "")};
    if (ids) {
      query.bind(":first", ids->first);
      query.bind(":last", ids->last);
    }
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

void history_reader::times(double from, double until, const std::function<void(double)>& time) {
  auto& c = *connection_;
  c.attempt([&] {
    // How far the nearest four samples on one side reach.
    const auto reach = [&](const char* statement, double bound) {
      SQLite::Statement query{c.database, statement};
      query.bind(1, bound);
      auto result = bound;
      while (query.executeStep())
        result = number_in(query, 0).value_or(result);
      return result;
    };
    const auto first = reach("SELECT timestamp FROM samples WHERE timestamp < ? ORDER BY timestamp DESC LIMIT 4", from);
    const auto last =
      reach("SELECT timestamp FROM samples WHERE timestamp >= ? ORDER BY timestamp LIMIT 4", std::max(from, until));
    SQLite::Statement query{c.database, "SELECT timestamp FROM samples WHERE timestamp >= :first AND timestamp <= :last "
                                        "ORDER BY timestamp"};
    query.bind(":first", first);
    query.bind(":last", last);
    while (query.executeStep())
      if (const auto found = number_in(query, 0))
        time(*found);
  });
}

std::size_t history_reader::count(const sample_range& range) {
  auto& c = *connection_;
  return c.attempt([&c, &range] {
    SQLite::Statement query{c.database, "SELECT count(*) FROM samples" + where(range, false)};
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
  return c.attempt([&c, sample_id] {
    SQLite::Statement query{c.database,
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
  return c.attempt([&c]() -> std::optional<event_brief> {
    SQLite::Statement query{c.database,
                            "SELECT kind, started, duration, cause, ended, scope FROM events WHERE kind = "
                            "'pause' ORDER BY id DESC LIMIT 1"};
    if (!query.executeStep())
      return std::nullopt;
    return event_brief{text_in(query, 0), number_in(query, 1).value_or(0), number_in(query, 2),
                       text_in(query, 3), number_in(query, 4), text_in(query, 5)};
  });
}

std::vector<double> history_reader::stress_before_pauses() {
  auto& c = *connection_;
  return c.attempt([&c] {
    SQLite::Statement query{c.database,
                            std::string{"SELECT stress_total FROM events WHERE kind = 'pause' AND "}
                              + (c.version < 5 ? "" : "coalesce(part_of, 0) = 0 AND ")
                              + "stress_total IS NOT NULL ORDER BY id DESC LIMIT 10000"};
    std::vector<double> result;
    while (query.executeStep())
      if (const auto stress = number_in(query, 0))
        result.push_back(*stress);
    return result;
  });
}

std::size_t history_reader::count_events(std::optional<double> before) {
  auto& c = *connection_;
  return c.attempt([&c, &before] {
    SQLite::Statement query{c.database,
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
  return c.attempt([&c, &key]() -> std::optional<std::string> {
    SQLite::Statement query{c.database, "SELECT value FROM daemon_state WHERE key = ?"};
    query.bind(1, key);
    if (!query.executeStep())
      return std::nullopt;
    return text_in(query, 0);
  });
}

} // namespace pmactor
