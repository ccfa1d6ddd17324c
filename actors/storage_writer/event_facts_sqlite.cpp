#include "actors/storage_writer/event_facts_sqlite.hpp"

#include "actors/storage_writer/read_column_sqlite.hpp"

namespace pmactor {

std::string event_facts_columns(SQLite::Database& database) {
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  const std::string stall = version < 4 ? "NULL" : "CASE WHEN json_valid(stall) THEN stall END";
  const std::string facts = version < 6 ? "NULL" : "CASE WHEN json_valid(facts) THEN facts END";
  return "id, " + std::string{version < 4 ? "NULL" : "event_id"} + ", kind, cause, scope, coalesce(json_extract("
         + stall + ", '$.resource'), CASE WHEN kind = 'outage' THEN json_extract(" + facts
         + ", '$.cause') END), started, ended, duration, "
           // A critical episode is stored without a length when it begins.
           "coalesce(json_extract("
         + stall + ", '$.over') = 0, json_extract(" + facts
         + ", '$.over') = 0, kind = 'critical' AND duration = 0 AND evidence IS NULL)";
}

tallied_event event_facts_in(const SQLite::Statement& row) {
  constexpr std::size_t longest_word = 64;
  tallied_event x;
  x.id = row.getColumn(0).getInt64();
  if (const auto born_as = row.getColumn(1); born_as.isInteger())
    x.event_id = born_as.getInt64();
  int i = 2;
  for (auto* text : {&x.kind, &x.cause, &x.scope, &x.detail})
    *text = text_in(row, i++, longest_word);
  for (auto* number : {&x.started, &x.ended, &x.duration})
    *number = number_in(row, i++);
  x.lasts = number_in(row, i).value_or(0) != 0;
  return x;
}

} // namespace pmactor
