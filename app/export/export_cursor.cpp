#include "app/export/export_cursor.hpp"

#include <algorithm>
#include <charconv>

namespace pmactor {
namespace {

constexpr double begun_after = 10; ///< Seconds from which on it is worth saying that an event lasts.
constexpr double look_again = 2;   ///< Seconds until what is not known yet may be.

/// Decides about one event. @returns whether it stays open, and how.
std::optional<export_cursor::open_event> judge(const event_row& row, bool begun, double now, export_batch& batch) {
  const auto facts = facts_of(row);
  if (is_settled(facts, now)) {
    batch.events.push_back(describe_event(row));
    return std::nullopt;
  }
  const auto started = facts.started.value_or(now);
  if (facts.lasts && !begun && now - started >= begun_after) {
    batch.events.push_back(describe_event(row));
    begun = true;
  }
  return export_cursor::open_event{row.id, begun};
}

} // namespace

std::string to_text(const export_cursor& x) {
  auto result = std::to_string(x.through);
  for (const auto& one : x.open)
    result += ' ' + std::to_string(one.id) + (one.begun ? "b" : "");
  return result;
}

std::optional<export_cursor> parse_export_cursor(std::string_view text) {
  export_cursor result;
  bool is_first = true;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    std::int64_t id = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), id);
    const bool begun = end != word.data() + word.size();
    if (problem != std::errc{} || id < 0 || (begun && (is_first || std::string_view{end, 1} != "b")))
      return std::nullopt;
    if (is_first)
      result.through = id;
    else if (result.open.size() < most_open_events)
      result.open.push_back({id, begun});
    is_first = false;
  }
  return is_first ? std::nullopt : std::optional{result};
}

export_batch plan_batch(const export_cursor& cursor, const event_source& source, double now, std::size_t most) {
  export_batch result;
  result.then.through = cursor.through;
  for (const auto& x : cursor.open) {
    if (result.events.size() >= most) {
      result.then.open.push_back(x);
      result.more = true;
      continue;
    }
    const auto row = source.find(x.id);
    if (!row || row->id != x.id) // removed meanwhile
      continue;
    if (const auto open = judge(*row, x.begun, now, result))
      result.then.open.push_back(*open);
  }
  const auto room = result.events.size() < most ? most - result.events.size() : 0;
  if (room > 0) {
    const auto rows = source.after(cursor.through, room);
    for (const auto& row : rows) {
      if (result.then.open.size() >= most_open_events)
        break;
      result.then.through = row.id;
      if (const auto open = judge(row, false, now, result))
        result.then.open.push_back(*open);
    }
    result.more = result.more || rows.size() >= room;
  }
  if (!result.then.open.empty())
    result.look_at = now + look_again;
  return result;
}

} // namespace pmactor
