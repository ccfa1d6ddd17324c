// What a run could not store before its end lies in a small history beside the history. The next run takes it
// in, in one transaction, and only then removes it.
#include "actors/storage_writer/history_connection_sqlite.hpp"
#include "actors/storage_writer/keep_damaged_file_posix.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr const char* taken_in_key = "taken-in";

constexpr int first_version = 4; ///< In which events have ids, by which they are known in both files.

/// @param owner the column that refers to the row of another table, which has another id here; empty if there is none.
/// @returns the columns of the keep but its ids. It may be that of an earlier version and then has fewer, so they are
/// asked of it and not taken from lay_out_row.hpp.
std::string columns_of(SQLite::Database& database, const std::string& table, const std::string& owner = {}) {
  return database
    .execAndGet("SELECT group_concat(name, ', ') FROM pragma_table_info('" + table
                + "', 'unstored') WHERE name NOT IN ('id', '" + owner + "')")
    .getString();
}

void remove_files(const fs::path& file) {
  for (const char* suffix : {"", "-wal", "-shm"})
    ::unlink((file.string() + suffix).c_str());
}

/// Copies the samples that the run has not stored, each with its processes. In the keep, their ids are their
/// ticks.
std::int64_t copy_samples(SQLite::Database& database, std::uint64_t last_tick) {
  const auto samples = columns_of(database, "samples");
  SQLite::Statement copy{database, "INSERT INTO main.samples(" + samples + ") SELECT " + samples
                                     + " FROM unstored.samples WHERE id = ?"};
  const auto processes = columns_of(database, "process_samples", "sample_id");
  SQLite::Statement copy_processes{
    database, "INSERT INTO main.process_samples(sample_id, " + processes + ") SELECT ?, " + processes
                + " FROM unstored.process_samples WHERE sample_id = ? ORDER BY id"};
  SQLite::Statement ids{database, "SELECT id FROM unstored.samples WHERE id > ? ORDER BY id"};
  ids.bind(1, static_cast<std::int64_t>(last_tick));
  std::int64_t count = 0;
  while (ids.executeStep()) {
    const auto id = ids.getColumn(0).getInt64();
    copy.bind(1, id);
    copy.exec();
    copy.reset();
    copy_processes.bind(1, database.getLastInsertRowid());
    copy_processes.bind(2, id);
    copy_processes.exec();
    copy_processes.reset();
    ++count;
  }
  return count;
}

/// Copies the events that the history lacks, and what became known of those that it has.
std::int64_t copy_events(SQLite::Database& database, int version) {
  const std::string part_of = version < 5 ? "NULL" : "u.part_of";
  const std::string facts = version < 6 ? "NULL" : "u.facts", blame = version < 6 ? "NULL" : "u.blame";
  const auto events = columns_of(database, "events");
  const auto seconds = columns_of(database, "event_samples", "event_id");
  // For those that are there already: a stand-in has nothing but what was amended.
  database.exec("UPDATE main.events SET (scope, cause, confidence, ledger, stall, part_of, facts, blame, ended, duration, "
                "culprits, evidence, capture, event_dir) = (SELECT coalesce(u.scope, events.scope), coalesce(u.cause, "
                "events.cause), coalesce(u.confidence, events.confidence), coalesce(u.ledger, events.ledger), "
                "coalesce(u.stall, events.stall), coalesce(" + part_of + ", events.part_of), "
                "coalesce(" + facts + ", events.facts), coalesce(" + blame + ", events.blame), "
                "coalesce(u.ended, events.ended), "
                "coalesce(u.duration, events.duration), coalesce(u.culprits, events.culprits), "
                // What close_episodes() said is no longer so if its true end is here.
                "nullif((SELECT json_group_array(json(value)) FROM (SELECT value FROM "
                "json_each(coalesce(events.evidence, '[]')) WHERE u.duration IS NULL OR "
                "json_extract(value, '$.says') IS NOT '" + std::string{presumed_end} + "' UNION ALL SELECT value FROM "
                "json_each(coalesce(u.evidence, '[]')))), '[]'), coalesce(u.capture, events.capture), "
                "coalesce(u.event_dir, events.event_dir) FROM unstored.events u WHERE u.event_id = "
                "events.event_id) WHERE event_id IN (SELECT event_id FROM unstored.events WHERE status = "
                "'elsewhere')");
  database.exec("CREATE TEMP TABLE new_events AS SELECT id, event_id FROM unstored.events WHERE status <> "
                "'elsewhere' AND event_id NOT IN (SELECT event_id FROM main.events WHERE event_id IS NOT "
                "NULL)");
  const auto count = database.execAndGet("SELECT count(*) FROM new_events").getInt64();
  database.exec("INSERT INTO main.events(id, " + events + ") SELECT ("
                + std::string{highest_event_id} + ") + row_number() OVER (ORDER BY id), " + events
                + " FROM unstored.events WHERE id IN (SELECT id FROM new_events) ORDER BY id");
  database.exec("INSERT INTO main.event_samples(event_id, " + seconds + ") SELECT taken.id, " + seconds
                + " FROM (SELECT n.id AS former, e.id FROM new_events n JOIN main.events e ON e.event_id = "
                  "n.event_id) AS taken JOIN unstored.event_samples s ON s.event_id = taken.former "
                  "ORDER BY s.id");
  database.exec("DROP TABLE new_events");
  return count;
}

std::string counted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

} // namespace

void history_connection::take_in_unstored() {
  for (const auto& keep : unstored_files(place.file)) {
    struct stat found{};
    if (::lstat(keep.c_str(), &found) == 0 && S_ISREG(found.st_mode))
      take_in(keep);
  }
}

void history_connection::take_in(const fs::path& keep) {
  std::int64_t samples = 0, events = 0;
  try {
    attempt("take in what was not stored into", [&] {
      {
        SQLite::Statement attach{*database, "ATTACH ? AS unstored"};
        bind_value(attach, 1, keep.string());
        attach.exec();
      }
      const auto value = [this](const std::string& key) {
        SQLite::Statement get{*database, "SELECT value FROM unstored.daemon_state WHERE key = ?"};
        get.bind(1, key);
        return get.executeStep() ? get.getColumn(0).getString() : std::string{};
      };
      const auto version = number("PRAGMA unstored.user_version");
      const auto last = value("last-tick");
      const auto key = taken_in_key + keep.extension().string();
      const auto identity = last + '/' + std::to_string(number("SELECT count(*) FROM unstored.events"));
      if (version > history_schema_version)
        throw storage_problem{storage_failure::newer, "A newer pmactor wrote " + keep.string() + '.'};
      if (version >= first_version && recall(key) != identity) {
        transaction change{*this};
        const auto run = last.substr(0, last.find(':'));
        samples = copy_samples(*database, tick_of(recall("last-tick").value_or(""), run));
        events = copy_events(*database, static_cast<int>(version));
        database->exec("INSERT OR REPLACE INTO main.daemon_state SELECT * FROM unstored.daemon_state "
                       "WHERE key NOT LIKE 'last-%'");
        put(key, identity);
        change.commit();
      }
      database->exec("DETACH unstored");
    });
  } catch (const storage_problem& problem) {
    database->tryExec("DETACH unstored");
    if (problem.kind == storage_failure::busy || problem.kind == storage_failure::full
        || problem.kind == storage_failure::io)
      throw; // it passes
    add_alarm(std::string{problem.what()} + " It is kept as " + keep_aside(keep).filename().string() + '.');
    return;
  }
  remove_files(keep);
  add_alarm("Of the run before, " + counted(samples, "sample") + " and " + counted(events, "event")
       + " that could not be stored at its end were taken in.");
}

} // namespace pmactor
