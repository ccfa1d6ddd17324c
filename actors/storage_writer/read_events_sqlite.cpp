#include "actors/storage_writer/read_events_sqlite.hpp"

#include "actors/storage_writer/open_reader_sqlite.hpp"
#include "actors/storage_writer/read_column_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>

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
  if (const auto born_as = found.getColumn(i); born_as.isInteger())
    x.event_id = born_as.getInt64();
  x.stall = text_in(found, i + 1);
  x.facts = text_in(found, i + 3);
  x.blame = text_in(found, i + 4);
  if (const auto stall = found.getColumn(i + 2); stall.isInteger() && stall.getInt64() != 0)
    x.part_of = stall.getInt64();
  return x;
}

} // namespace

struct event_reader::connection {
  std::filesystem::path file;
  SQLite::Database database;
  // One that no newer daemon has opened yet is read as it is.
  int version = database.execAndGet("PRAGMA user_version").getInt();
  std::string columns = columns_of_all_versions + std::string{version < 2 ? ", NULL" : ", capture"}
                        + (version < 4 ? ", NULL, NULL" : ", event_id, stall")
                        + (version < 5 ? ", NULL" : ", part_of") + (version < 6 ? ", NULL, NULL" : ", facts, blame");

  template <class F>
  auto read(F f) {
    return attempt_sqlite("read the history", file, &database, f);
  }
};

event_reader::event_reader(const std::filesystem::path& file)
  : connection_{new connection{file, open_for_reading(file)}} {
}

event_reader::~event_reader() = default;

namespace {

/// @returns ":kind0, :kind1": the parameters of a statement that takes so many.
std::string names_of(const std::string& one, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i)
    result += (result.empty() ? "" : ", ") + one + std::to_string(i);
  return result;
}

/// @returns the conditions of a range, from " WHERE " on; nothing if all events are in it.
std::string conditions_of(const event_range& range, int version) {
  std::string where;
  const auto add = [&where](bool asked, const std::string& condition) {
    if (asked)
      where += (where.empty() ? " WHERE " : " AND ") + condition;
  };
  add(range.since.has_value(), "started >= :since");
  add(range.until.has_value(), "started < :until");
  add(range.ends_after.has_value(),
      version < 4 ? "coalesce(ended, started + duration, :ends) >= :ends"
                  : "(coalesce(ended, started + duration, :ends) >= :ends OR "
                    "CASE WHEN json_valid(stall) THEN json_extract(stall, '$.over') = 0 END)");
  const auto of_kinds = "kind IN (" + names_of(":kind", range.kinds.size()) + ')';
  add(!range.kinds.empty() && range.outage_causes.empty(), of_kinds);
  add(!range.outage_causes.empty(), '(' + of_kinds + " OR (kind = 'outage' AND cause IN ("
                                      + names_of(":outage", range.outage_causes.size()) + ")))");
  add(!range.causes.empty(), "cause IN (" + names_of(":cause", range.causes.size()) + ')');
  add(range.least_duration.has_value(), "duration >= :least");
  add(!range.parts && version >= 5, "NOT EXISTS (SELECT 1 FROM events AS whole WHERE whole.event_id = "
                                    "events.part_of AND whole.kind = 'stall')");
  return where;
}

void bind_range(SQLite::Statement& query, const event_range& range) {
  if (range.since)
    query.bind(":since", *range.since);
  if (range.until)
    query.bind(":until", *range.until);
  if (range.ends_after)
    query.bind(":ends", *range.ends_after);
  for (const auto& [name, values] : {std::pair{":kind", &range.kinds}, std::pair{":outage", &range.outage_causes},
                                     std::pair{":cause", &range.causes}})
    for (std::size_t i = 0; i < values->size(); ++i)
      query.bind(name + std::to_string(i), (*values)[i]);
  if (range.least_duration)
    query.bind(":least", *range.least_duration);
}

} // namespace

void event_reader::events(const event_range& range, const std::function<bool(const event_row&)>& row) {
  auto& c = *connection_;
  c.read([&] {
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events" + conditions_of(range, c.version)
                                          + " ORDER BY id DESC" + (range.limit > 0 ? " LIMIT :limit" : "")};
    bind_range(query, range);
    if (range.limit > 0)
      query.bind(":limit", static_cast<std::int64_t>(range.limit));
    while (query.executeStep())
      if (!row(row_of(query)))
        break;
  });
}

std::size_t event_reader::count(const event_range& range) {
  auto& c = *connection_;
  return c.read([&] {
    SQLite::Statement query{c.database, "SELECT count(*) FROM events" + conditions_of(range, c.version)};
    bind_range(query, range);
    return query.executeStep() ? static_cast<std::size_t>(query.getColumn(0).getInt64()) : 0;
  });
}

std::vector<event_row> event_reader::after(std::int64_t id, std::size_t most) {
  auto& c = *connection_;
  return c.read([&] {
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events WHERE id > ? ORDER BY id LIMIT ?"};
    query.bind(1, id);
    query.bind(2, static_cast<std::int64_t>(most));
    std::vector<event_row> result;
    while (query.executeStep())
      result.push_back(row_of(query));
    return result;
  });
}

std::optional<event_row> event_reader::find(std::int64_t id) {
  auto& c = *connection_;
  return c.read([&]() -> std::optional<event_row> {
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events WHERE id = ?1"
                                          + (c.version < 4 ? "" : " OR event_id = ?1 ORDER BY id <> ?1")
                                          + " LIMIT 1"};
    query.bind(1, id);
    if (!query.executeStep())
      return std::nullopt;
    return row_of(query);
  });
}

std::optional<event_row> event_reader::stall_of(const event_row& part) {
  auto& c = *connection_;
  if (!part.part_of)
    return std::nullopt;
  return c.read([&]() -> std::optional<event_row> {
    SQLite::Statement query{c.database, "SELECT " + c.columns + " FROM events WHERE event_id = ? AND kind = 'stall'"};
    query.bind(1, *part.part_of);
    if (!query.executeStep())
      return std::nullopt;
    return row_of(query);
  });
}

event_parts event_reader::parts_of(const event_row& stall) {
  auto& c = *connection_;
  if (c.version < 5 || !stall.event_id || stall.kind != "stall")
    return {};
  return c.read([&] {
    SQLite::Statement query{c.database, "SELECT count(*), total(duration), max(duration) FROM events WHERE part_of = ?"};
    query.bind(1, *stall.event_id);
    event_parts result;
    if (query.executeStep()) {
      result.count = static_cast<std::size_t>(query.getColumn(0).getInt64());
      result.total = number_in(query, 1).value_or(0);
      result.longest = number_in(query, 2).value_or(0);
    }
    return result;
  });
}

std::vector<sample_row> event_reader::lead_up(std::int64_t id) {
  auto& c = *connection_;
  return c.read([&] {
    SQLite::Statement query{c.database, "SELECT " + lead_up_column_list()
                                          + " FROM event_samples WHERE event_id = ? ORDER BY id LIMIT 1000"};
    query.bind(1, id);
    std::vector<sample_row> result;
    while (query.executeStep()) {
      auto& row = result.emplace_back();
      int i = 0;
      for (const auto x : lead_up_columns)
        row[x] = number_in(query, i++);
    }
    return result;
  });
}

} // namespace pmactor
