#include "actors/notifier/group_pauses.hpp"

#include "actors/notifier/limit_notices.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_gathered = 64; ///< Pauses of one message that may still be amended.
constexpr std::size_t most_parts = 64;
constexpr std::size_t most_covered = 64;

/// Adds a pause to the freeze that is not yet reported to people. The longest are kept whole, so
/// that they may still be amended; the others are counted.
void gather(notice_state& state, const event_record& x, nanoseconds now) {
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

/// Takes a pause out of the freeze, with the evidence of it. @returns the pause.
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

/// Whether a pause turned out to be a sleep in which no clock stood still.
bool was_asleep(const pause_event& x) {
  return x.cause == pause_cause::asleep;
}

/// What reports a pause to people.
enum class reporter : std::uint8_t {
  freeze, ///< A message of its own.
  stall,  ///< That of the stall of which it is part.
  later,  ///< It depends on whether that stall lasts.
};

reporter reporter_of(const notice_state& state, const pause_event& x, const notice_policy& policy) {
  if (!x.part_of || !is_wanted(notice_kind::stall, policy))
    return reporter::freeze;
  const auto& reported = state.stalls_reported;
  if (std::find(reported.begin(), reported.end(), *x.part_of) != reported.end())
    return reporter::stall;
  const bool lasts = std::any_of(state.stalls.begin(), state.stalls.end(),
                                 [&x](const auto& y) { return y.record.event.id == *x.part_of; });
  return lasts ? reporter::later : reporter::freeze;
}

/// Keeps a pause that has no message of its own, as the word of what it is part of may be older
/// than it is: the end of a stall comes late where what watches it is held up.
void cover(notice_state& state, const event_record& x) {
  state.covered.push_back(x);
  state.covered.back().lead_up.clear();
  if (state.covered.size() > most_covered)
    state.covered.pop_front();
}

} // namespace

void place_pause(notice_state& state, const event_record& x, nanoseconds now,
                 const notice_policy& policy) {
  if (was_asleep(x.event))
    return;
  switch (reporter_of(state, x.event, policy)) {
    case reporter::freeze:
      gather(state, x, now);
      break;
    case reporter::stall:
      cover(state, x);
      break;
    case reporter::later:
      if (state.parts.size() < most_parts) {
        state.parts.push_back(x);
        state.parts.back().lead_up.clear();
      } else
        count_undelivered(state, notice_kind::pause);
  }
}

void place_parts(notice_state& state, nanoseconds now, const notice_policy& policy) {
  for (const auto& x : std::exchange(state.parts, {}))
    place_pause(state, x, now, policy);
}

void amend_pause(notice_state& state, const event_amendment& x, nanoseconds now,
                 const notice_policy& policy) {
  const auto is_it = [&x](const event_record& y) { return y.event.id == x.id; };
  for (auto& part : state.parts)
    if (is_it(part))
      amend(part, x);
  if (const auto part = std::find_if(state.freeze.begin(), state.freeze.end(), is_it);
      part != state.freeze.end()) {
    amend(*part, x); // the second witness reported in time
    if (was_asleep(part->event) || reporter_of(state, part->event, policy) != reporter::freeze)
      place_pause(state, take_out(state, part), now, policy);
  }
  if (const auto found = std::find_if(state.covered.begin(), state.covered.end(), is_it);
      found != state.covered.end()) {
    auto pause = std::move(*found);
    state.covered.erase(found);
    amend(pause, x);
    place_pause(state, pause, now, policy);
  }
}

} // namespace pmactor
