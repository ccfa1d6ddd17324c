// Retention: removes what is older than the settings keep, in batches, an event with its folder.
#include "actors/host/remove_folder.hpp"
#include "actors/storage_writer/event_facts_sqlite.hpp"
#include "actors/storage_writer/history_connection_sqlite.hpp"

#include <stdexcept>
#include <string_view>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t events_at_once = 4; ///< Each may have a folder of many files.

} // namespace

prune_result history_connection::prune(const prune_order& order) {
  prune_result result;
  if (order.samples_before) {
    SQLite::Statement remove{*database,
                             "DELETE FROM samples WHERE id IN (SELECT id FROM samples WHERE "
                             "timestamp < ? ORDER BY timestamp LIMIT ?)"};
    remove.bind(1, *order.samples_before);
    remove.bind(2, static_cast<std::int64_t>(order.rows));
    result.samples = static_cast<std::size_t>(remove.exec());
  }
  if (order.events_before && result.samples < order.rows)
    result.events = prune_events(*order.events_before);
  if (result.samples > 0 || result.events > 0) {
    result.more = true;
    return result;
  }
  // What is freed each day is used again the next day. Only what is far beyond that goes back.
  const auto pages = number("PRAGMA page_count");
  const auto unused = number("PRAGMA freelist_count");
  if (unused > 256 && unused > pages / 4) {
    SQLite::Statement shrink{*database, "PRAGMA incremental_vacuum(64)"};
    while (shrink.executeStep()) {
    }
    result.more = number("PRAGMA freelist_count") < unused;
  }
  return result;
}

std::size_t history_connection::prune_events(double before) {
  std::vector<std::pair<std::int64_t, std::string>> expired;
  {
    SQLite::Statement find{*database, "SELECT id, event_dir FROM events WHERE started < ? AND "
                                      "status <> 'pinned' ORDER BY started LIMIT ?"};
    find.bind(1, before);
    find.bind(2, static_cast<std::int64_t>(events_at_once));
    while (find.executeStep())
      expired.emplace_back(find.getColumn(0).getInt64(), find.getColumn(1).getString());
  }
  // The folder first: were the row gone first, a crash in between would leave a folder for ever.
  for (const auto& [id, folder] : expired)
    remove_folder(folder);
  if (!expired.empty())
    remove_events(expired);
  return expired.size();
}

void history_connection::remove_events(const std::vector<std::pair<std::int64_t, std::string>>& expired) {
  transaction change{*this};
  // What was removed stays counted: a total that shrinks is no total to those who watch it grow.
  put(highest_event_id_key, std::to_string(number(highest_event_id)));
  auto totals = parse_event_totals(recall(removed_totals_key).value_or(""));
  SQLite::Statement find{*database, "SELECT " + event_facts_columns(*database)
                                      + " FROM events WHERE id = ? AND status <> 'pinned'"};
  SQLite::Statement remove{*database, "DELETE FROM events WHERE id = ?"};
  for (const auto& [id, folder] : expired) {
    find.bind(1, id);
    if (find.executeStep()) {
      count_event(totals, event_facts_in(find));
      remove.bind(1, id);
      remove.exec();
      remove.reset();
    }
    find.reset();
  }
  put(removed_totals_key, to_text(totals));
  change.commit();
}

void history_connection::remove_folder(const std::string& text) {
  // Whatever the database says: nothing but a folder of events goes.
  static constexpr std::string_view front = "events/";
  if (!text.starts_with(front))
    return;
  try {
    remove_whole_folder(place.file.parent_path() / "events", text.substr(front.size()));
  } catch (const std::exception&) {
    // The row goes all the same; what stays of the folder is left to the quota.
  }
}

} // namespace pmactor
