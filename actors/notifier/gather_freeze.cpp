#include "actors/notifier/gather_freeze.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t most_gathered = 64; ///< Pauses of one message that may still be amended.

} // namespace

void gather(notice_state& state, const event_record& x, std::chrono::nanoseconds now) {
  if (state.pauses == 0) {
    state.first_received = now;
    state.first = x.event.started;
    state.last = x.event.ended;
    state.total = {};
  }
  ++state.pauses;
  state.last_received = now;
  state.total += x.event.duration;
  state.first = std::min(state.first, x.event.started);
  state.last = std::max(state.last, x.event.ended);
  state.freeze.push_back(x);
  state.freeze.back().lead_up.clear();
  if (state.freeze.size() <= most_gathered)
    return;
  const auto shortest = std::min_element(state.freeze.begin(), state.freeze.end(),
                                         [](const event_record& a, const event_record& b) {
                                           return a.event.duration < b.event.duration;
                                         });
  if (state.evidence && state.evidence->event == shortest->event.id)
    state.evidence.reset();
  state.freeze.erase(shortest);
}

event_record take_out(notice_state& state, std::vector<event_record>::iterator which) {
  auto result = std::move(*which);
  state.freeze.erase(which);
  --state.pauses;
  state.total -= result.event.duration;
  if (state.evidence && state.evidence->event == result.event.id)
    state.evidence.reset();
  if (state.freeze.empty()) // what fell off was shorter
    state.pauses = 0;
  else if (state.freeze.size() == state.pauses) {
    state.first = state.freeze.front().event.started;
    state.last = state.freeze.front().event.ended;
    for (const auto& x : state.freeze) {
      state.first = std::min(state.first, x.event.started);
      state.last = std::max(state.last, x.event.ended);
    }
  }
  return result;
}

} // namespace pmactor
