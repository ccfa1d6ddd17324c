#include "app/history/read_row_events.hpp"

#include "app/explain/read_record.hpp"
#include "app/views/outage_words.hpp"

#include <algorithm>

namespace pmactor {

row_event row_event_of(const event_row& x, double now) {
  const auto event = span_event_of(x, now);
  row_event result;
  result.id = event.id;
  result.kind = kind_in_words(x);
  result.time = event.time;
  result.lasted = x.duration.value_or(event.time.length());
  result.why = event.why;
  result.stops_recording = event.kind == "pause" || event.kind == "sleep" || event.kind == "outage";
  return result;
}

std::vector<row_event> read_row_events(event_reader& reader, std::optional<double> since,
                                       std::optional<double> until, double now) {
  std::vector<row_event> result;
  event_range range;
  range.ends_after = since;
  range.until = until;
  range.parts = false;
  reader.events(range, [&](const event_row& x) {
    result.push_back(row_event_of(x, now));
    return true;
  });
  std::stable_sort(result.begin(), result.end(), [](const row_event& a, const row_event& b) {
    return a.time.from < b.time.from;
  });
  return result;
}

} // namespace pmactor
