#include "app/top/top_state.hpp"

#include "app/top/summarize_columns.hpp"

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

std::string to_string(top_list x) {
  static constexpr std::array words{"processes", "units", "events", "actors"};
  return words[static_cast<std::size_t>(x)];
}

std::string to_string(top_order x) {
  static constexpr std::array words{"harm", "CPU", "disk", "memory"};
  return words[static_cast<std::size_t>(x)];
}

} // namespace pmactor
