#include "actors/storage_writer/history_connection_sqlite.hpp"
#include "actors/storage_writer/lay_out_row.hpp"
#include "messages/utf8.hpp"

#include <chrono>
#include <cmath>

namespace pmactor {
namespace {

constexpr std::size_t most_processes = 64; ///< On one sample.

double wall_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string insert_sample_text() {
  std::string marks = "?";
  for (std::size_t i = 1; i < sample_column_count; ++i)
    marks += ",?";
  return "INSERT INTO samples(" + sample_column_list() + ") VALUES(" + marks + ')';
}

/// Binds cause, confidence, scope, ledger and evidence. A critical episode has none of them.
void bind_findings(SQLite::Statement& statement, int first, const pause_event& event) {
  const bool critical = event.kind == event_kind::critical;
  const auto text = [&](int offset, const std::string& value) {
    if (critical)
      statement.bind(first + offset);
    else
      statement.bind(first + offset, value);
  };
  text(0, to_string(event.cause));
  text(1, to_string(event.sure));
  text(2, to_string(event.scope));
  text(3, to_json(event.book));
  text(4, evidence_json(event));
}

} // namespace

void bind_value(SQLite::Statement& statement, int index, const std::optional<double>& value) {
  if (value && std::isfinite(*value))
    statement.bind(index, *value);
  else
    statement.bind(index);
}

void bind_value(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index,
                 std::string{text}); // by length: foreign text may hold NUL and any other byte
}

history_connection::statements::statements(SQLite::Database& db)
  : insert_sample(db, insert_sample_text()),
    insert_process(db, "INSERT INTO process_samples(sample_id, pid, start_time, name, cpu_pct, "
                       "mem_bytes, io_read, io_write, state, is_suspect) "
                       "VALUES(?,?,?,?,?,?,?,?,?,?)"),
    put(db, "INSERT INTO daemon_state(key, value, updated_at) VALUES(?,?,?) ON CONFLICT(key) "
            "DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"),
    get(db, "SELECT value FROM daemon_state WHERE key = ?"),
    ids(db, "SELECT min(id), max(id) FROM (SELECT min(id) AS id FROM samples UNION ALL "
            "SELECT max(id) FROM samples)"),
    begin(db, "BEGIN IMMEDIATE"), commit(db, "COMMIT") {
}

std::optional<std::string> history_connection::recall(std::string_view key) {
  use get{prepared->get};
  bind_value(*get, 1, key);
  if (!get->executeStep())
    return std::nullopt;
  const auto value = get->getColumn(0);
  if (!value.isText())
    return std::nullopt;
  return std::string{
    cut_text({value.getText(), static_cast<std::size_t>(value.getBytes())}, longest_stored_value)};
}

void history_connection::put(std::string_view key, std::string_view value) {
  use put{prepared->put};
  bind_value(*put, 1, key);
  bind_value(*put, 2, value);
  put->bind(3, wall_now());
  put->executeStep();
}

void history_connection::insert(const scored_sample& sample) {
  {
    use insert{prepared->insert_sample};
    const auto row = lay_out_row(sample);
    for (std::size_t i = 0; i < row.values.size(); ++i)
      bind_value(*insert, static_cast<int>(i) + 1, row.values[i]);
    insert->executeStep();
  }
  const auto id = sqlite3_last_insert_rowid(database->getHandle());
  std::size_t count = 0;
  for (const auto& process : sample.processes) {
    if (++count > most_processes)
      break;
    use insert{prepared->insert_process};
    insert->bind(1, static_cast<std::int64_t>(id));
    insert->bind(2, process.pid);
    bind_value(*insert, 3, process.start_time);
    bind_value(*insert, 4, cut_text(process.name, longest_stored_name));
    bind_value(*insert, 5, process.cpu_pct);
    bind_value(*insert, 6, process.mem_bytes);
    bind_value(*insert, 7, process.io_read);
    bind_value(*insert, 8, process.io_write);
    const char state = process.state.value_or('\0');
    if (state > ' ' && state < '\x7f')
      bind_value(*insert, 9, std::string_view{&state, 1});
    else
      insert->bind(9);
    insert->bind(10, process.is_suspect ? 1 : 0);
    insert->executeStep();
  }
}

void history_connection::insert(const event_record& record) {
  const auto& event = record.event;
  if (const auto id = find_event(key_of(event)); id != 0) {
    if (!event.amends)
      return; // told again, as nobody was sure that it had arrived: what amended it meanwhile stays
    // What a user may have said of it stays as well.
    SQLite::Statement amend{
      *database,
      "UPDATE events SET ended = ?, duration = ?, cause = ?, confidence = ?, scope = ?, ledger = "
      "?, "
      "evidence = ?, culprits = CASE WHEN ? = '[]' THEN culprits ELSE ? END WHERE id = ?"};
    amend.bind(1, to_seconds(event.ended));
    amend.bind(2, to_seconds(event.duration));
    bind_findings(amend, 3, event);
    const auto culprits = to_json(record.culprits);
    amend.bind(8, culprits);
    amend.bind(9, culprits);
    amend.bind(10, id);
    amend.exec();
    return;
  }
  SQLite::Statement insert{
    *database,
    "INSERT INTO events(kind, started, ended, duration, uncertainty, expected, latency_ratio, "
    "asleep, cause, confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, "
    "stress_thermal, stress_latency, stress_io, culprits, event_dir) "
    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
  insert.bind(1, to_string(event.kind));
  insert.bind(2, to_seconds(event.started));
  insert.bind(3, to_seconds(event.ended));
  insert.bind(4, to_seconds(event.duration));
  insert.bind(5, to_seconds(event.uncertainty));
  insert.bind(6, to_seconds(event.expected));
  bind_value(insert, 7, std::optional{event.latency_ratio});
  insert.bind(8, to_seconds(event.asleep));
  bind_findings(insert, 9, event);
  const auto stress = record.stress.value_or(stress_score{});
  bind_value(insert, 14, record.stress ? std::optional{stress.total()} : std::nullopt);
  bind_value(insert, 15, stress.load);
  bind_value(insert, 16, stress.memory);
  bind_value(insert, 17, stress.thermal);
  bind_value(insert, 18, stress.latency);
  bind_value(insert, 19, stress.io);
  insert.bind(20, to_json(record.culprits));
  if (!record.event_dir.empty())
    bind_value(insert, 21, record.event_dir);
  insert.exec();
  insert_lead_up(sqlite3_last_insert_rowid(database->getHandle()), record.lead_up);
}

void history_connection::insert_lead_up(std::int64_t event,
                                        const std::vector<scored_sample>& seconds) {
  using column = sample_column;
  static constexpr column kept[] = {
    column::timestamp,      column::interval,     column::cpu_pct,       column::load_avg,
    column::mem_available,  column::swap_used,    column::io_read,       column::io_write,
    column::cpu_temp,       column::throttled,    column::gpu_pct,       column::psi_cpu_some,
    column::psi_mem_some,   column::psi_mem_full, column::psi_io_some,   column::psi_io_full,
    column::stress_total,   column::stress_load,  column::stress_memory, column::stress_thermal,
    column::stress_latency, column::stress_io};
  std::string names = "event_id";
  std::string marks = "?";
  for (const auto x : kept) {
    names += ", " + std::string{sample_column_names[static_cast<std::size_t>(x)]};
    marks += ",?";
  }
  SQLite::Statement insert{*database,
                           "INSERT INTO event_samples(" + names + ") VALUES(" + marks + ')'};
  for (const auto& second : seconds) {
    const auto row = lay_out_row(second);
    insert.bind(1, event);
    int index = 1;
    for (const auto x : kept)
      bind_value(insert, ++index, row[x]);
    insert.exec();
    insert.reset();
  }
}

void history_connection::insert(const capture_report& report) {
  SQLite::Statement amend{*database, "UPDATE events SET capture = ?, "
                                     "event_dir = coalesce(nullif(?, ''), event_dir) WHERE id = ?"};
  bind_value(amend, 1, cut_text(to_json(report), longest_stored_value));
  bind_value(amend, 2, cut_text(report.folder, longest_stored_name));
  amend.bind(3, find_event(report.event));
  amend.exec();
}

std::int64_t history_connection::find_event(const event_key& event) {
  SQLite::Statement find{*database, "SELECT id FROM events WHERE kind = ? AND started = ?"};
  find.bind(1, to_string(event.kind));
  find.bind(2, to_seconds(event.started));
  return find.executeStep() ? find.getColumn(0).getInt64() : 0;
}

std::vector<std::string> history_connection::pinned_folders() {
  SQLite::Statement find{*database, "SELECT event_dir FROM events WHERE status = 'pinned' AND "
                                    "event_dir IS NOT NULL"};
  std::vector<std::string> result;
  while (find.executeStep())
    result.emplace_back(cut_text(find.getColumn(0).getString(), longest_stored_name));
  return result;
}

} // namespace pmactor
