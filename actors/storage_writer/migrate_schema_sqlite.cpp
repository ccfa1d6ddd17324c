#include "actors/storage_writer/migrate_schema_sqlite.hpp"

#include "actors/storage_writer/history_sqlite.hpp"
#include "messages/check.hpp"

#include <sqlite3.h>

#include <string>

namespace pmactor {

static_assert(schema_steps.size() == history_schema_version);

// Times are Unix seconds, durations seconds, rates bytes per second, memory bytes, temperatures °C,
// frequencies MHz, shares 0–100, stress points; absent is NULL.
const std::array<const char*, 7> schema_steps = {R"sql(
CREATE TABLE samples(
  id INTEGER PRIMARY KEY,
  timestamp REAL NOT NULL,
  interval REAL NOT NULL,
  cpu_pct REAL,
  load_avg REAL,
  mem_available INTEGER,
  mem_total INTEGER,
  swap_used INTEGER,
  io_read REAL,
  io_write REAL,
  net_sent REAL,
  net_recv REAL,
  cpu_temp REAL,
  cpu_freq REAL,
  throttled INTEGER,
  gpu_pct REAL,
  psi_cpu_some REAL,
  psi_mem_some REAL,
  psi_mem_full REAL,
  psi_io_some REAL,
  psi_io_full REAL,
  stress_total REAL,
  stress_load REAL,
  stress_memory REAL,
  stress_thermal REAL,
  stress_latency REAL,
  stress_io REAL
);
CREATE INDEX samples_by_time ON samples(timestamp);

CREATE TABLE process_samples(
  id INTEGER PRIMARY KEY,
  sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
  pid INTEGER NOT NULL,
  start_time REAL,
  name TEXT NOT NULL,
  cpu_pct REAL,
  mem_bytes INTEGER,
  io_read REAL,
  io_write REAL,
  state TEXT,
  is_suspect INTEGER NOT NULL
);
CREATE INDEX process_samples_by_sample ON process_samples(sample_id);

-- What the daemon keeps for itself over a restart.
CREATE TABLE daemon_state(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at REAL NOT NULL
) WITHOUT ROWID;

-- The duration is without the time asleep, which is in asleep.
-- ledger is a JSON object of line to seconds; its lines sum to the duration. evidence and culprits are
-- JSON arrays; confidence is low, medium or high; scope is unknown, daemon_only or system.
CREATE TABLE events(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK(kind IN ('pause', 'sleep', 'critical')),
  started REAL NOT NULL,
  ended REAL,
  duration REAL CHECK(duration >= 0),
  uncertainty REAL,
  expected REAL,
  latency_ratio REAL,
  asleep REAL,
  cause TEXT,
  confidence TEXT,
  scope TEXT,
  ledger TEXT CHECK(ledger IS NULL OR abs(duration
    - coalesce(json_extract(ledger, '$.asleep'), 0) - coalesce(json_extract(ledger, '$.stopped'), 0)
    - coalesce(json_extract(ledger, '$.frozen'), 0) - coalesce(json_extract(ledger, '$.cpu_wait'), 0)
    - coalesce(json_extract(ledger, '$.quota'), 0) - coalesce(json_extract(ledger, '$.io'), 0)
    - coalesce(json_extract(ledger, '$.memory'), 0) - coalesce(json_extract(ledger, '$.stolen'), 0)
    - coalesce(json_extract(ledger, '$.own_work'), 0)
    - coalesce(json_extract(ledger, '$.unexplained'), 0)) <= 0.001),
  evidence TEXT,
  stress_total REAL,
  stress_load REAL,
  stress_memory REAL,
  stress_thermal REAL,
  stress_latency REAL,
  stress_io REAL,
  culprits TEXT,
  event_dir TEXT,
  status TEXT NOT NULL DEFAULT 'new',
  notes TEXT
);
CREATE INDEX events_by_start ON events(started);

-- The minutes before an event at full resolution: what its sparklines are drawn from.
CREATE TABLE event_samples(
  id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  timestamp REAL NOT NULL,
  interval REAL NOT NULL,
  cpu_pct REAL,
  load_avg REAL,
  mem_available INTEGER,
  swap_used INTEGER,
  io_read REAL,
  io_write REAL,
  cpu_temp REAL,
  throttled INTEGER,
  gpu_pct REAL,
  psi_cpu_some REAL,
  psi_mem_some REAL,
  psi_mem_full REAL,
  psi_io_some REAL,
  psi_io_full REAL,
  stress_total REAL,
  stress_load REAL,
  stress_memory REAL,
  stress_thermal REAL,
  stress_latency REAL,
  stress_io REAL
);
CREATE INDEX event_samples_by_event ON event_samples(event_id);
)sql",
                                                 R"sql(
-- What was captured of the event and what that cost: the JSON object of summary.json in its folder.
ALTER TABLE events ADD COLUMN capture TEXT;
)sql",
                                                 R"sql(
-- A table's check cannot be changed, so events is built anew, and with it what refers to it; a trigger
-- takes the check's place. It sums up whatever lines a ledger has.
ALTER TABLE event_samples RENAME TO event_samples_of_2;
ALTER TABLE events RENAME TO events_of_2;
DROP INDEX event_samples_by_event;
DROP INDEX events_by_start;

-- The kind and the start name an event. The duration is without the time asleep, which is in asleep.
-- ledger is a JSON object of line to seconds; its lines sum to the duration. evidence and culprits are
-- JSON arrays; confidence is low, medium or high; scope is unknown, daemon_only, daemon_and_sampler or
-- system. capture is what was captured of it and what that cost: summary.json in its folder.
CREATE TABLE events(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK(kind <> '' AND kind NOT GLOB '*[^a-z_]*'),
  started REAL NOT NULL,
  ended REAL,
  duration REAL CHECK(duration >= 0),
  uncertainty REAL,
  expected REAL,
  latency_ratio REAL,
  asleep REAL,
  cause TEXT,
  confidence TEXT,
  scope TEXT,
  ledger TEXT,
  evidence TEXT,
  stress_total REAL,
  stress_load REAL,
  stress_memory REAL,
  stress_thermal REAL,
  stress_latency REAL,
  stress_io REAL,
  culprits TEXT,
  event_dir TEXT,
  status TEXT NOT NULL DEFAULT 'new',
  notes TEXT,
  capture TEXT
);
INSERT INTO events SELECT * FROM events_of_2;
CREATE INDEX events_by_start ON events(started);

CREATE TABLE event_samples(
  id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL REFERENCES events(id) ON DELETE CASCADE,
  timestamp REAL NOT NULL,
  interval REAL NOT NULL,
  cpu_pct REAL,
  load_avg REAL,
  mem_available INTEGER,
  swap_used INTEGER,
  io_read REAL,
  io_write REAL,
  cpu_temp REAL,
  throttled INTEGER,
  gpu_pct REAL,
  psi_cpu_some REAL,
  psi_mem_some REAL,
  psi_mem_full REAL,
  psi_io_some REAL,
  psi_io_full REAL,
  stress_total REAL,
  stress_load REAL,
  stress_memory REAL,
  stress_thermal REAL,
  stress_latency REAL,
  stress_io REAL
);
INSERT INTO event_samples SELECT * FROM event_samples_of_2;
CREATE INDEX event_samples_by_event ON event_samples(event_id);
DROP TABLE event_samples_of_2;
DROP TABLE events_of_2;

CREATE TRIGGER events_sum_up BEFORE INSERT ON events
  WHEN abs(NEW.duration - (SELECT total(value) FROM json_each(NEW.ledger))) > 0.001
    AND NEW.ledger IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the lines of a ledger do not sum to the duration'); END;
CREATE TRIGGER events_still_sum_up BEFORE UPDATE OF duration, ledger ON events
  WHEN abs(NEW.duration - (SELECT total(value) FROM json_each(NEW.ledger))) > 0.001
    AND NEW.ledger IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'the lines of a ledger do not sum to the duration'); END;
)sql",
                                                  R"sql(
-- The event's name from its birth on (see event_id); id is the short number that the database gives it.
-- Events of before have none; their kind and start name them.
ALTER TABLE events ADD COLUMN event_id INTEGER;
-- Of a stall: a JSON object with the resource and its name, by what it was felt, and the processes that waited.
ALTER TABLE events ADD COLUMN stall TEXT;
CREATE UNIQUE INDEX events_by_event_id ON events(event_id);
)sql",
                                                  R"sql(
-- Of a pause: the event_id of the stall within which it happened; 0 is none, as it turned out.
ALTER TABLE events ADD COLUMN part_of INTEGER;
CREATE INDEX events_by_stall ON events(part_of) WHERE part_of IS NOT NULL;
)sql",
                                                  R"sql(
-- A JSON object of what is particular to an outage, an incident, a slowed machine or a clock that was set.
ALTER TABLE events ADD COLUMN facts TEXT;
-- A JSON object: who did it, by harm done (see blame_facts).
ALTER TABLE events ADD COLUMN blame TEXT;
)sql",
                                                  R"sql(
-- In seconds, the worst since the sample before: how late the beat came, and how long each kind of witness waited for
-- what it feels (see late_part). NULL where it was neither due nor asked.
ALTER TABLE samples ADD COLUMN late_beat REAL;
ALTER TABLE samples ADD COLUMN late_cpu REAL;
ALTER TABLE samples ADD COLUMN late_memory REAL;
ALTER TABLE samples ADD COLUMN late_disk REAL;
ALTER TABLE samples ADD COLUMN late_mount REAL;
ALTER TABLE samples ADD COLUMN late_program REAL;
ALTER TABLE samples ADD COLUMN late_desktop REAL;
)sql"};

void migrate_schema(SQLite::Database& history) {
  PMACTOR_CHECK(sqlite3_get_autocommit(history.getHandle()) == 0); // else a step that fails half way leaves half of itself
  // Asked anew: another process may have been here while we waited for the lock.
  for (auto from = history.execAndGet("PRAGMA user_version").getInt(); from < history_schema_version; ++from) {
    history.exec(schema_steps[static_cast<std::size_t>(from)]);
    history.exec("PRAGMA user_version = " + std::to_string(from + 1) + ';');
  }
}

} // namespace pmactor
