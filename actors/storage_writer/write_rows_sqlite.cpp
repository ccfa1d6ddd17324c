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

/// @param version of the tables: a visitor may find those of an earlier one, and inserts nothing.
std::string insert_sample_text(int version) {
  std::string names, marks;
  for (std::size_t i = 0; i < sample_columns_of(version); ++i) {
    names.append(i > 0 ? ", " : "").append(sample_column_names[i]);
    marks += i > 0 ? ",?" : "?";
  }
  return "INSERT INTO samples(" + names + ") VALUES(" + marks + ')';
}

/// Binds cause, confidence, scope, ledger and evidence. A critical episode has none of them; a stall, in which no beat
/// was late, neither scope nor ledger; and what has facts of its own no cause either, but an outage is sure of its own.
void bind_findings(SQLite::Statement& statement, int first, const pause_event& event) {
  const bool has_ledger = event.kind == event_kind::pause || event.kind == event_kind::sleep;
  const bool has_cause = has_ledger || event.kind == event_kind::stall;
  const bool has_evidence = event.kind != event_kind::critical;
  const auto text = [&](int offset, bool is, const std::string& value) {
    if (is)
      statement.bind(first + offset, value);
    else
      statement.bind(first + offset);
  };
  text(0, has_cause, to_string(event.cause));
  text(1, has_cause || event.kind == event_kind::outage, to_string(event.sure));
  text(2, has_ledger, to_string(event.scope));
  text(3, has_ledger, to_json(event.book));
  text(4, has_evidence, evidence_json(event));
}

/// @returns the length of an event in seconds; 0 if it is not there.
double stored_duration(SQLite::Database& database, std::int64_t id) {
  SQLite::Statement find{database, "SELECT duration FROM events WHERE id = ?"};
  find.bind(1, id);
  return find.executeStep() ? find.getColumn(0).getDouble() : 0;
}

/// @returns the evidence of a row without what close_episodes() said of it: its true end is known.
std::string without_presumed_end(const std::string& evidence) {
  return "nullif((SELECT json_group_array(json(value)) FROM json_each(coalesce(" + evidence
         + ", '[]')) WHERE json_extract(value, '$.says') IS NOT '" + presumed_end + "'), '[]')";
}

/// Adds a sentence to the evidence of an event, unless it is there already.
void add_evidence(SQLite::Database& database, std::int64_t event, const std::string& says) {
  SQLite::Statement add{database,
                        "UPDATE events SET evidence = json_insert(coalesce(evidence, '[]'), '$[#]', "
                        "json_object('says', ?1)) WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM "
                        "json_each(coalesce(evidence, '[]')) WHERE json_extract(value, '$.says') = ?1)"};
  add.bind(1, says);
  add.bind(2, event);
  add.exec();
}

/// Puts what speaks for the lines of a ledger in place of what did; all other evidence stays.
void replace_line_evidence(SQLite::Database& database, std::int64_t event, const ledger& book) {
  pause_event lines;
  lines.book = book;
  SQLite::Statement replace{database,
                            "UPDATE events SET evidence = (SELECT json_group_array(json(value)) FROM "
                            "(SELECT value FROM json_each(?1) UNION ALL SELECT value FROM "
                            "json_each(coalesce(evidence, '[]')) WHERE json_extract(value, '$.line') IS NULL)) "
                            "WHERE id = ?2"};
  replace.bind(1, evidence_json(lines));
  replace.bind(2, event);
  replace.exec();
}

/// An outage has a cause of its own kind, and where one of the clocks had not been set no length and no end.
void take_from_facts(SQLite::Database& database, std::int64_t event) {
  SQLite::Statement take{database,
                         "UPDATE events SET cause = json_extract(facts, '$.cause'), "
                         "duration = iif(json_extract(facts, '$.length_known') = 0, NULL, duration), "
                         "ended = iif(json_extract(facts, '$.length_known') = 0, NULL, ended) "
                         "WHERE id = ? AND json_valid(facts)"};
  take.bind(1, event);
  take.exec();
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
  : insert_sample(db, insert_sample_text(db.execAndGet("PRAGMA user_version").getInt())),
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
  auto id = sqlite3_last_insert_rowid(database->getHandle());
  if (use_as == history_use::unstored) { // so that the next run knows which of them were stored after all
    SQLite::Statement rename{*database, "UPDATE samples SET id = ? WHERE id = ?"};
    rename.bind(1, static_cast<std::int64_t>(sample.system.tick));
    rename.bind(2, static_cast<std::int64_t>(id));
    rename.exec();
    id = static_cast<decltype(id)>(sample.system.tick);
  }
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
  if (find_event(event.id) != 0)
    return; // it came again, as its sender was not sure: what amended it meanwhile stays
  SQLite::Statement insert{
    *database,
    "INSERT INTO events(id, kind, started, ended, duration, uncertainty, expected, latency_ratio, "
    "asleep, cause, confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, "
    "stress_thermal, stress_latency, stress_io, culprits, event_id, stall, part_of, facts, blame) "
    "VALUES(("
      + std::string{highest_event_id} + ") + 1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
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
  insert.bind(21, event.id.value);
  if (event.stall)
    bind_value(insert, 22, cut_text(to_json(*event.stall), longest_stored_value));
  if (event.part_of)
    insert.bind(23, event.part_of->value);
  if (event.facts)
    bind_value(insert, 24, cut_text(*event.facts, longest_stored_value));
  if (event.blame)
    bind_value(insert, 25, cut_text(to_json(*event.blame), longest_stored_value));
  insert.exec();
  const auto row = sqlite3_last_insert_rowid(database->getHandle());
  if (event.kind == event_kind::outage)
    take_from_facts(*database, row);
  insert_lead_up(row, record.lead_up);
}

void history_connection::insert_lead_up(std::int64_t event,
                                        const std::vector<scored_sample>& seconds) {
  std::string marks = "?";
  for (std::size_t i = 0; i < lead_up_columns.size(); ++i)
    marks += ",?";
  SQLite::Statement insert{*database, "INSERT INTO event_samples(event_id, " + lead_up_column_list()
                                        + ") VALUES(" + marks + ')'};
  for (const auto& second : seconds) {
    const auto row = lay_out_row(second);
    insert.bind(1, event);
    int index = 1;
    for (const auto x : lead_up_columns)
      bind_value(insert, ++index, row[x]);
    insert.exec();
    insert.reset();
  }
}

void history_connection::insert(const event_amendment& x) {
  stand_in_for(x.id);
  // What a user has noted of it stays, and so does all that this does not speak of.
  SQLite::Statement amend{
    *database,
    std::string{"UPDATE events SET scope = coalesce(:scope, scope), cause = coalesce(:cause, cause), "
    "confidence = coalesce(:confidence, confidence), ledger = coalesce(:ledger, ledger), "
    "stall = coalesce(:stall, stall), part_of = coalesce(:part_of, part_of), "
    "facts = coalesce(:facts, facts), blame = coalesce(:blame, blame), "
    "ended = coalesce(:ended, ended), "
    "duration = coalesce(:duration, duration), culprits = coalesce(:culprits, culprits), "}
    +     "evidence = CASE WHEN :duration IS NULL THEN evidence ELSE " + without_presumed_end("evidence") + " END "
    "WHERE id = :id"};
  const auto id = find_event(x.id);
  const bool is_current = !x.lasts || to_seconds(x.lasts->duration) > stored_duration(*database, id);
  if (x.scope)
    amend.bind(":scope", to_string(*x.scope));
  if (const auto& until = x.over ? x.over : x.lasts; until && is_current) {
    amend.bind(":ended", to_seconds(until->ended));
    amend.bind(":duration", to_seconds(until->duration));
  }
  if (x.explained) {
    amend.bind(":cause", to_string(x.explained->cause));
    amend.bind(":confidence", to_string(x.explained->sure));
    amend.bind(":ledger", to_json(x.explained->book));
  }
  if (x.stall && is_current) {
    amend.bind(":cause", to_string(cause_of(x.stall->resource)));
    amend.bind(":confidence", to_string(confidence_in(x.stall->resource)));
    amend.bind(":stall", std::string{cut_text(to_json(*x.stall), longest_stored_value)});
  }
  if (x.part_of)
    amend.bind(":part_of", x.part_of->value);
  if (x.facts)
    amend.bind(":facts", std::string{cut_text(*x.facts, longest_stored_value)});
  if (x.blame)
    amend.bind(":blame", std::string{cut_text(to_json(*x.blame), longest_stored_value)});
  if (x.culprits)
    amend.bind(":culprits", to_json(*x.culprits));
  amend.bind(":id", id);
  amend.exec();
  if (x.explained)
    replace_line_evidence(*database, id, x.explained->book);
  for (const auto& says : x.evidence)
    add_evidence(*database, id, says);
}

void history_connection::insert(const capture_report& report) {
  stand_in_for(report.event);
  SQLite::Statement amend{*database, "UPDATE events SET capture = ?, "
                                     "event_dir = coalesce(nullif(?, ''), event_dir) WHERE id = ?"};
  bind_value(amend, 1, cut_text(to_json(report), longest_stored_value));
  bind_value(amend, 2, cut_text(report.folder, longest_stored_name));
  amend.bind(3, find_event(report.event));
  amend.exec();
}

std::int64_t history_connection::find_event(event_id event) {
  // One that was stored before events had ids is known by its kind and start.
  SQLite::Statement find{*database, "SELECT id FROM events WHERE event_id = ?1 OR (event_id IS NULL AND "
                                    "kind = ?2 AND started BETWEEN ?3 - 1e-6 AND ?3 + 1e-6) "
                                    "ORDER BY event_id IS NULL LIMIT 1"};
  find.bind(1, event.value);
  find.bind(2, to_string(kind_of(event)));
  find.bind(3, to_seconds(started_of(event)));
  return find.executeStep() ? find.getColumn(0).getInt64() : 0;
}

void history_connection::stand_in_for(event_id event) {
  if (use_as != history_use::unstored || find_event(event) != 0)
    return;
  SQLite::Statement insert{*database, "INSERT INTO events(event_id, kind, started, status) "
                                      "VALUES(?, ?, ?, 'elsewhere')"};
  insert.bind(1, event.value);
  insert.bind(2, to_string(kind_of(event)));
  insert.bind(3, to_seconds(started_of(event)));
  insert.exec();
}

void history_connection::close_episodes() {
  // Where no sample was stored an event lasted as long as is known, and must not grow by a later run.
  database->exec(
    "UPDATE events SET (ended, duration, evidence, stall, facts) = "
    "(SELECT max(events.started + events.duration, coalesce(last.timestamp, events.started)), "
    "max(events.duration, coalesce(last.timestamp - events.started, 0)), "
    "json_insert(coalesce(evidence, '[]'), '$[#]', json_object('says', '" + std::string{presumed_end} + "')), "
    "json_set(stall, '$.over', json('true')), json_set(facts, '$.over', json('true'))) "
    "FROM (SELECT (SELECT timestamp FROM samples ORDER BY id DESC LIMIT 1) AS timestamp) AS last "
    "WHERE (kind = 'critical' AND duration = 0 AND evidence IS NULL) "
    "OR (json_valid(stall) AND json_extract(stall, '$.over') = 0) "
    "OR (json_valid(facts) AND json_extract(facts, '$.over') = 0)");
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
