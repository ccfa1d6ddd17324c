#include "app/top/top_state.hpp"

#include "app/top/summarize_columns.hpp"
#include "messages/words.hpp"

#include <array>

namespace pmactor {

double moment_of(const top_state& state, double now) {
  return state.cursor.value_or(now);
}

std::int64_t last_column_of(const top_state& state, double now) {
  return column_maker::number_of(state.cursor ? state.right : now, state.step());
}

const top_event* event_at(const std::vector<top_event>& events, double time, double step) {
  const top_event* result = nullptr;
  const top_event* near = nullptr;
  for (const auto& x : events) {
    if (x.from <= time + 1e-3 && x.to >= time - 1e-3) {
      if (result == nullptr || x.to - x.from < result->to - result->from)
        result = &x;
    } else if (x.from < time + step && x.to > time - step && near == nullptr) {
      near = &x;
    }
  }
  return result != nullptr ? result : near;
}

const top_event* event_in_view(const top_state& state, const std::vector<top_event>& events, double now) {
  if (!state.cursor)
    return event_at(events, now, 0);
  if (state.chosen)
    for (const auto& x : events)
      if (x.id == *state.chosen)
        return &x;
  return event_at(events, *state.cursor, state.step());
}

std::pair<std::size_t, std::size_t> place_in_column(const std::vector<top_event>& events, const top_event& event,
                                                    double step) {
  const auto column = column_maker::number_of(event.from, step);
  std::pair<std::size_t, std::size_t> result{0, 0};
  for (const auto& x : events)
    if (column_maker::number_of(x.from, step) == column) {
      ++result.second;
      if (x.id == event.id)
        result.first = result.second;
    }
  return result;
}

std::string step_words(double step) {
  if (step < 60)
    return printed("%.0f s", step);
  return step < 3600 ? printed("%.0f min", step / 60) : printed("%.0f h", step / 3600);
}

std::string to_string(top_list x) {
  static constexpr std::array words{"processes", "units", "events", "actors"};
  return words[static_cast<std::size_t>(x)];
}

std::string to_string(top_order x) {
  static constexpr std::array words{"harm", "CPU", "disk", "memory"};
  return words[static_cast<std::size_t>(x)];
}

} // namespace pmactor
