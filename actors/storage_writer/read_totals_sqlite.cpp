#include "actors/storage_writer/read_totals_sqlite.hpp"

#include "actors/storage_writer/event_facts_sqlite.hpp"
#include "actors/storage_writer/open_reader_sqlite.hpp"
#include "actors/storage_writer/read_column_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sys/stat.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

constexpr std::size_t longest_totals = 65536;

/// Which file a path leads to, whatever becomes of its name.
std::pair<std::uint64_t, std::uint64_t> identity_of(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0)
    return {};
  return {static_cast<std::uint64_t>(facts.st_dev), static_cast<std::uint64_t>(facts.st_ino)};
}

} // namespace

struct totals_reader::connection {
  std::pair<std::uint64_t, std::uint64_t> identity;
  SQLite::Database database;
  SQLite::Statement events{database, "SELECT " + event_facts_columns(database) + " FROM events WHERE id > ? ORDER BY id"};
  event_counter counter;

  event_totals removed() {
    SQLite::Statement query{database, "SELECT value FROM daemon_state WHERE key = ?"};
    query.bind(1, std::string{removed_totals_key});
    return query.executeStep() ? parse_event_totals(text_in(query, 0, longest_totals)) : event_totals{};
  }

  event_tally read(double now) {
    std::vector<tallied_event> rows;
    events.bind(1, counter.settled_through());
    while (events.executeStep())
      rows.push_back(event_facts_in(events));
    events.reset();
    return counter.take(rows, now);
  }
};

totals_reader::totals_reader(std::filesystem::path file) : file_(std::move(file)) {
}

totals_reader::~totals_reader() = default;

event_tally totals_reader::read(double now) {
  const auto identity = identity_of(file_);
  if (connection_ && connection_->identity != identity)
    connection_.reset();
  return attempt_sqlite("read the history", file_, nullptr, [&] {
    try {
      if (connection_)
        return connection_->read(now);
      // What was removed and what is there are of one moment, or an event would count twice.
      auto fresh = std::unique_ptr<connection>{new connection{identity, open_for_reading(file_)}};
      SQLite::Transaction look{fresh->database};
      fresh->counter = event_counter{fresh->removed()};
      auto result = fresh->read(now);
      look.commit();
      connection_ = std::move(fresh);
      return result;
    } catch (...) {
      connection_.reset();
      throw;
    }
  });
}

} // namespace pmactor
