#include "actors/flight_recorder/join_stall.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

bool may_be_of_stall(const pause_event& x) {
  if (x.kind != event_kind::pause || x.scope == pause_scope::daemon_only
      || x.scope == pause_scope::daemon_and_sampler)
    return false;
  switch (x.cause) {
    case pause_cause::asleep:
    case pause_cause::stopped:
    case pause_cause::frozen:
    case pause_cause::quota:
    case pause_cause::stolen:
    case pause_cause::traced:
      return false;
    case pause_cause::cpu_wait:
    case pause_cause::io:
    case pause_cause::memory:
    case pause_cause::interrupts:
    case pause_cause::kernel:
    case pause_cause::firmware:
    case pause_cause::own_work: // reclaim runs in the thread that asks for memory
      return true;
    case pause_cause::unexplained:
      // Then whatever took the machine's time is the likelier one.
      return !x.machine_lost_time;
  }
  return false;
}

std::optional<event_id> join_stall(const pause_event& pause, const std::deque<reported_stall>& stalls,
                                   std::optional<event_id> before) {
  if (!may_be_of_stall(pause))
    return std::nullopt;
  const auto ended = pause.after.awake, began = ended - pause.duration;
  std::optional<event_id> result;
  nanoseconds most{};
  for (const auto& x : stalls) {
    const auto until = x.is_over ? x.ended : std::max(x.ended, ended);
    const auto shared = std::min(ended, until) - std::max(began, x.began);
    const bool is_of_one_cause = pause.cause == x.cause && x.cause != pause_cause::unexplained;
    if (shared <= nanoseconds{} || 2 * shared < pause.duration
        || (!is_of_one_cause && 2 * pause.duration > until - x.began))
      continue;
    if (x.id == before)
      return before;
    if (shared > most) {
      most = shared;
      result = x.id;
    }
  }
  return result;
}

void stall_parts::learn(const pause_event& x) {
  if (x.kind == event_kind::stall)
    learn_stall(x);
  if (x.kind != event_kind::pause || find(x.id) != nullptr)
    return;
  auto& fresh = pauses_.emplace_back();
  fresh.is = x;
  fresh.is.book = {};
  fresh.is.evidence = {};
  if (pauses_.size() > most_pauses)
    pauses_.pop_front(); // what was reported of it stays
}

void stall_parts::learn_stall(const pause_event& x) {
  if (std::any_of(stalls_.begin(), stalls_.end(), [&x](const reported_stall& y) { return y.id == x.id; }))
    return;
  stalls_.push_back({x.id, x.before.awake, x.after.awake, x.stall && x.stall->is_over, x.cause});
  if (stalls_.size() <= most_stalls)
    return;
  const auto over = std::find_if(stalls_.begin(), stalls_.end(),
                                 [](const reported_stall& y) { return y.is_over; });
  const auto least = over == stalls_.end() ? stalls_.begin() : over;
  // Its parts stay what they were reported to be.
  std::erase_if(pauses_, [least](const known_pause& y) { return y.reported == least->id; });
  stalls_.erase(least);
}

void stall_parts::learn(const event_amendment& x) {
  if (x.stall)
    for (auto& stall : stalls_)
      if (stall.id == x.id)
        stall.cause = cause_of(x.stall->resource);
  if (const auto& until = x.over ? x.over : x.lasts)
    for (auto& stall : stalls_)
      if (stall.id == x.id && !is_outdated(x, stall.ended - stall.began)) {
        stall.ended = stall.began + until->duration;
        stall.is_over = x.over.has_value();
      }
  if (auto* pause = find(x.id)) {
    if (x.scope)
      pause->is.scope = *x.scope;
    if (x.explained)
      pause->is.cause = x.explained->cause;
  }
}

stall_parts::known_pause* stall_parts::find(event_id pause) {
  const auto found = std::find_if(pauses_.begin(), pauses_.end(),
                                  [pause](const known_pause& x) { return x.is.id == pause; });
  return found == pauses_.end() ? nullptr : &*found;
}

std::optional<event_id> stall_parts::judge(const known_pause& x) const {
  return join_stall(x.is, stalls_, x.reported);
}

std::optional<event_id> stall_parts::stall_of(event_id pause) const {
  for (const auto& x : pauses_)
    if (x.is.id == pause)
      return judge(x);
  return std::nullopt;
}

std::vector<event_amendment> stall_parts::review() const {
  std::vector<event_amendment> result;
  for (const auto& x : pauses_)
    if (const auto is = judge(x); x.was_reported && is != x.reported) {
      auto& amendment = result.emplace_back();
      amendment.id = x.is.id;
      amendment.part_of = is.value_or(event_id{});
    }
  return result;
}

void stall_parts::note_reported(event_id pause, std::optional<event_id> stall) {
  auto* known = find(pause);
  if (known == nullptr)
    return;
  known->was_reported = true;
  known->reported = stall == event_id{} ? std::nullopt : stall;
}

} // namespace pmactor
