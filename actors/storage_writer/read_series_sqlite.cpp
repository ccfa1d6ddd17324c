#include "actors/storage_writer/read_series_sqlite.hpp"

#include "actors/storage_writer/open_reader_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>

namespace pmactor {

struct series_reader::connection {
  std::filesystem::path file;
  SQLite::Database database;
  std::vector<sample_column> columns;
  std::vector<double> values = std::vector<double>(columns.size());
  // One that no newer daemon has opened yet is read as it is.
  int version = database.execAndGet("PRAGMA user_version").getInt();

  template <class F>
  auto attempt(F f) {
    return attempt_sqlite("read the history", file, &database, f);
  }

  std::string selection() const {
    std::string result = "SELECT id, timestamp";
    for (const auto x : columns) {
      const auto place = static_cast<std::size_t>(x);
      result += place < sample_columns_of(version) ? ", " + std::string{sample_column_names[place]} : ", NULL";
    }
    return result + " FROM samples ";
  }

  /// Past the wrapper, which makes an object of each value: of millions of rows that is most of the
  /// time.
  void run(const std::string& condition, std::initializer_list<double> bound, const each_row& row) {
    auto* const handle = database.getHandle();
    const auto checked = [handle](int code) {
      if (code != SQLITE_OK)
        throw SQLite::Exception(handle, code);
    };
    sqlite3_stmt* prepared = nullptr;
    checked(sqlite3_prepare_v2(handle, (selection() + condition).c_str(), -1, &prepared, nullptr));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement{prepared,
                                                                          &sqlite3_finalize};
    int place = 0;
    for (const auto x : bound)
      checked(sqlite3_bind_double(prepared, ++place, x));
    for (;;) {
      const auto code = sqlite3_step(prepared);
      if (code == SQLITE_DONE)
        return;
      if (code != SQLITE_ROW)
        throw SQLite::Exception(handle, code);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto column = static_cast<int>(i) + 2;
        const auto type = sqlite3_column_type(prepared, column);
        const bool is_number = type == SQLITE_FLOAT || type == SQLITE_INTEGER;
        values[i] = is_number ? sqlite3_column_double(prepared, column)
                              : std::numeric_limits<double>::quiet_NaN();
      }
      const auto at = sqlite3_column_double(prepared, 1);
      if (std::isfinite(at) && !row({sqlite3_column_int64(prepared, 0), at, values}))
        return;
    }
  }
};

series_reader::series_reader(const std::filesystem::path& file, std::vector<sample_column> columns)
  : connection_{new connection{file, open_for_reading(file), std::move(columns)}} {
}

series_reader::~series_reader() = default;

void series_reader::between(double from, double to, const each_row& row) {
  auto& c = *connection_;
  c.attempt([&] {
    c.run("WHERE timestamp >= ? AND timestamp < ? ORDER BY timestamp", {from, to}, row);
  });
}

void series_reader::after(std::int64_t id, const each_row& row) {
  auto& c = *connection_;
  c.attempt([&] { c.run("WHERE id > ? ORDER BY id", {static_cast<double>(id)}, row); });
}

std::optional<std::pair<double, double>> series_reader::extent() {
  auto& c = *connection_;
  return c.attempt([&c]() -> std::optional<std::pair<double, double>> {
    // One question each: SQLite answers them by its index, and both in one by reading all.
    SQLite::Statement oldest{c.database, "SELECT min(timestamp) FROM samples"};
    SQLite::Statement newest{c.database, "SELECT max(timestamp) FROM samples"};
    if (!oldest.executeStep() || oldest.isColumnNull(0) || !newest.executeStep())
      return std::nullopt;
    return std::pair{oldest.getColumn(0).getDouble(), newest.getColumn(0).getDouble()};
  });
}

std::int64_t series_reader::newest() {
  auto& c = *connection_;
  return c.attempt([&c] {
    SQLite::Statement query{c.database, "SELECT max(id) FROM samples"};
    return query.executeStep() && !query.isColumnNull(0) ? query.getColumn(0).getInt64() : 0;
  });
}

} // namespace pmactor
