#include "app/trace/gather_trace.hpp"

#include "actors/storage_writer/read_history_sqlite.hpp"

#include <algorithm>

namespace pmactor {
namespace {

/// The seconds around an event: those that were kept with it, then what was stored.
std::vector<sample_row> seconds_around(event_reader& reader, const event_row& event,
                                       const std::filesystem::path& database) {
  constexpr double around = 60, longest = 3600;
  auto seconds = reader.lead_up(event.id);
  const auto started = event.started.value_or(0);
  sample_range range;
  range.since = seconds.empty() ? started - around : seconds.back().at() + 0.5;
  range.until = std::min(event.ended.value_or(started), started + longest) + around;
  range.newest_first = false;
  history_reader{database}.samples(range, [&seconds](const sample_row& x) {
    seconds.push_back(x);
    return true;
  });
  return seconds;
}

} // namespace

std::vector<event_row> pauses_within(event_reader& reader, const event_row& stall) {
  constexpr std::size_t most = 1000;
  std::vector<event_row> result;
  if (stall.kind != "stall" || !stall.event_id)
    return result;
  event_range range;
  range.since = stall.started.value_or(0) - 10;
  range.until = stall.ended.value_or(0) + 10;
  range.kinds = {"pause"};
  reader.events(range, [&](const event_row& x) {
    if (x.part_of == stall.event_id)
      result.push_back(x);
    return result.size() < most;
  });
  return result;
}

trace_facts gather_trace(event_reader& reader, const event_row& event, const std::filesystem::path& database,
                         const std::string& version) {
  return {
    event, pauses_within(reader, event), seconds_around(reader, event, database), {}, version};
}

} // namespace pmactor
