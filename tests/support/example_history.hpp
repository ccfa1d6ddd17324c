// A history with an hour of samples and an event, for what only reads it.
#pragma once

#include "actors/storage_writer/history_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <string>

namespace pmactor {

/// Adds a pause that ended just now.
inline void add_example_event(const std::filesystem::path& data, const std::string& says) {
  SQLite::Database db{(data / "pmactor.db").string(), SQLite::OPEN_READWRITE};
  SQLite::Statement add{
    db,
    "INSERT INTO events(kind, started, ended, duration, cause, confidence, scope, ledger, "
    "evidence, "
    "culprits, status) VALUES('pause', unixepoch() - 4, unixepoch() - 1, 3, 'io', 'high', "
    "'system', "
    "'{\"io\":3}', ?, '[{\"pid\":7,\"name\":\"rsync\",\"reason\":\"wrote 298 MB/s\"}]', 'new')"};
  add.bind(1, "[{\"line\":\"io\",\"says\":\"" + says + "\"}]");
  add.exec();
}

/// @param data is made.
inline void make_example_history(const std::filesystem::path& data) {
  std::filesystem::create_directories(data);
  history{history_place{data / "pmactor.db", "run-1", std::chrono::milliseconds{1000}}}.end();
  SQLite::Database db{(data / "pmactor.db").string(), SQLite::OPEN_READWRITE};
  db.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3600) "
          "INSERT INTO samples(timestamp, interval, cpu_pct, load_avg, mem_available, mem_total, "
          "io_read, io_write, net_sent, "
          "net_recv, psi_cpu_some, psi_io_some, psi_io_full, stress_total, stress_load) "
          "SELECT unixepoch() - 3600 + i, 1, 20 + i % 50, 1.5, 8e9, 16e9, i * 1000, i * 2000, 10, "
          "20, 1, 2, 1, i % 60, 5 FROM n");
  add_example_event(data, "the disk was busy");
}

} // namespace pmactor
