// Rows of a database with anything in any column, read back and shown.
#include "fuzz/fuzz.hpp"

#include "actors/storage_writer/migrate_schema_sqlite.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/report/render_report.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/event_list.hpp"
#include "app/views/render_event.hpp"
#include "app/views/render_samples.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <bit>
#include <filesystem>
#include <memory>

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

namespace fs = std::filesystem;

struct history {
  fs::path file = fs::temp_directory_path() / ("pmactor-fuzz-" + std::to_string(::getpid()) + ".db");
  std::unique_ptr<SQLite::Database> db;
  std::vector<std::string> events = columns_of("events"), samples = columns_of("samples"),
                           processes = columns_of("process_samples"),
                           seconds = columns_of("event_samples");

  history() = default;
  ~history() {
    for (const char* tail : {"", "-wal", "-shm", "-journal"})
      fs::remove(file.string() + tail);
  }

  SQLite::Database& open() {
    if (!db) {
      db = std::make_unique<SQLite::Database>(file.string(),
                                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      for (const char* step : schema_steps)
        db->exec(step);
      db->exec("PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0; PRAGMA synchronous = 0");
    }
    return *db;
  }

  std::vector<std::string> columns_of(const std::string& table) {
    std::vector<std::string> result;
    SQLite::Statement info{open(), "PRAGMA table_info(" + table + ")"};
    while (info.executeStep())
      result.push_back(info.getColumn(1).getString());
    return result;
  }

  /// Puts a row of whatever comes into the table. The keys are right, so that it is found.
  void put(const std::string& table, const std::vector<std::string>& columns, input& in) {
    std::string marks;
    for (const auto& name : columns) {
      marks += marks.empty() ? "?" : ",?";
      static_cast<void>(name);
    }
    SQLite::Statement row{open(), "INSERT OR REPLACE INTO " + table + " VALUES(" + marks + ')'};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (columns[i] == "id" || columns[i] == "event_id" || columns[i] == "sample_id") {
        row.bind(at, 1);
        continue;
      }
      switch (in.byte() % 6) {
        case 0:
          row.bind(at);
          break;
        case 1:
          row.bind(at, static_cast<std::int64_t>(in.number()));
          break;
        case 2:
          row.bind(at, std::bit_cast<double>(in.number()));
          break;
        case 3: {
          const auto text = in.text(in.byte());
          row.bind(at, text.data(), static_cast<int>(text.size()));
          break;
        }
        case 4:
          row.bind(at, static_cast<double>(in.byte()));
          break;
        default:
          row.bind(at, std::string{in.text(in.byte())});
      }
    }
    try {
      row.exec();
    } catch (const SQLite::Exception&) {
      // NULL where there must be a value: then it is not stored.
    }
  }
};

void show_events(const fs::path& file) {
  event_reader reader{file};
  event_range range;
  range.parts = false; // also with whatever stands there for the stall's name
  reader.events(range, [](const event_row&) { return true; });
  reader.events({}, [&](const event_row& x) {
    const auto seconds = reader.lead_up(x.id);
    const event_ties ties{x, reader.parts_of(x)}; // as the one row there is is part of none
    must(!reader.stall_of(x) || x.part_of, "what is part of nothing has no stall");
    must(is_tame(event_list{{}, 80}.add(x, ties.parts)), "a line of the list is safe for a terminal");
    must(is_tame(event_page(x, seconds, {"a\x1b[0m"}, ties)), "the page is safe for a terminal");
    must(nlohmann::json::accept(event_json(x, seconds, {"a"}, ties)), "the JSON is valid");
    must(is_tame(event_csv_line(x)), "a line of CSV is safe for a terminal");
    report_facts page;
    page.event = x;
    page.stall = x;
    page.parts = ties.parts;
    page.suspects = suspects_of(x);
    page.capture = x.capture;
    must(is_tame(render_report(page)), "a report has no control characters");
    return true;
  });
}

void show_samples(const fs::path& file) {
  history_reader reader{file};
  time_writer times;
  step_summary steps{60};
  stress_line line{0, 1e9, 40};
  reader.samples({}, [&](const sample_row& row) {
    std::string text, json;
    append_table_row(text, row, times, true);
    const auto processes = reader.processes(row.id);
    for (const auto& process : processes)
      append_process_line(text, process, {});
    must(is_tame(text), "a line of the history is safe for a terminal");
    append_json_row(json, row, &processes);
    must(nlohmann::json::accept(json), "the JSON is valid");
    steps.add(row);
    line.add(row);
    return true;
  });
  steps.finish();
  line.drawn(true);
  reader.newest_pause();
  reader.stress_before_pauses();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static history kept;
  input in{data, size};
  kept.put("events", kept.events, in);
  kept.put("event_samples", kept.seconds, in);
  kept.put("samples", kept.samples, in);
  kept.put("process_samples", kept.processes, in);
  try {
    show_events(kept.file);
    show_samples(kept.file);
  } catch (const storage_problem&) {
    // A sentence for the user.
  }
  return 0;
}
