#include "actors/notifier/decide_notice.hpp"

#include "actors/notifier/group_pauses.hpp"
#include "actors/notifier/limit_notices.hpp"
#include "messages/check.hpp"
#include "messages/event_facts.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_known = 256; ///< Starts of pauses that are remembered.
constexpr std::size_t most_troubles = 32;
constexpr std::size_t most_stalls = 16;
constexpr std::size_t most_stalls_reported = 32;
constexpr int longest_settle = 5; ///< A freeze that does not end is reported after so many times settle.

constexpr std::array<const char*, notice_kinds> names{
  "pause",    "critical",  "all-clear", "elevated",  "forensics",
  "degraded", "recovered", "stall",     "stall-over", "outage",
  "incident"};

/// Debounce: a freeze is reported once no pause was added to it for a while.
/// @returns when that is. @pre There is a freeze.
nanoseconds freeze_due(const notice_state& state, const notice_policy& policy) {
  const auto settled = std::min<nanoseconds>(state.last_received + policy.settle,
                                             state.first_received + longest_settle * policy.settle);
  return std::max(settled, allowed_from(state, notice_kind::pause, policy));
}

void add_evidence(notice& to, const capture_report& x) {
  to.folder = x.folder;
  to.event = x.event;
  to.finding = x.findings.empty() ? "" : x.findings.front();
}

/// @pre There is a freeze.
notice freeze_notice(const notice_state& state) {
  PMACTOR_CHECK(!state.freeze.empty());
  notice result;
  result.kind = notice_kind::pause;
  result.pauses = state.pauses;
  result.total = state.total;
  result.first = state.first;
  result.last = state.last;
  // The longest is always among those that were gathered.
  result.longest = *std::max_element(state.freeze.begin(), state.freeze.end(),
                                     [](const event_record& a, const event_record& b) {
                                       return a.event.duration < b.event.duration;
                                     });
  if (state.evidence)
    add_evidence(result, *state.evidence);
  return result;
}

void note_reported(notice_state& state, event_id stall) {
  state.stalls_reported.push_back(stall);
  if (state.stalls_reported.size() > most_stalls_reported)
    state.stalls_reported.pop_front();
}

/// Sends it if it may be sent now. @returns whether it was.
bool report(notice_state& state, notice_kind kind, event_record x, nanoseconds now, const notice_policy& policy) {
  x.lead_up.clear();
  notice result;
  result.kind = kind;
  result.about = std::move(x);
  return send_or_hold_back(state, std::move(result), now, policy);
}

bool report_stall(notice_state& state, notice_kind kind, const event_record& x, nanoseconds now,
                  const notice_policy& policy) {
  note_reported(state, x.event.id);
  return report(state, kind, x, now, policy);
}

/// Remembers a stall while it lasts; one that was over before it was known is reported at once, if it was long.
void apply_stall(notice_state& state, event_record x, nanoseconds now, const notice_policy& policy) {
  const bool is_known = std::any_of(state.stalls.begin(), state.stalls.end(),
                                    [&x](const auto& y) { return y.record.event.id == x.event.id; });
  if (is_known || !x.event.stall)
    return;
  x.lead_up.clear();
  if (!x.event.stall->is_over)
    state.stalls.push_back({std::move(x), false, false});
  else if (x.event.duration >= policy.stall_min_duration && is_wanted(notice_kind::stall, policy))
    report_stall(state, notice_kind::stall, std::move(x), now, policy);
  if (state.stalls.size() <= most_stalls)
    return;
  // The youngest is worth least, but of one that was reported the end is owed.
  const auto least = std::max_element(state.stalls.begin(), state.stalls.end(), [](const auto& a, const auto& b) {
    return std::pair{!a.reported, a.record.event.started} < std::pair{!b.reported, b.record.event.started};
  });
  if (!least->held_back)
    count_undelivered(state, least->reported ? notice_kind::stall_over : notice_kind::stall);
  state.stalls.erase(least);
}

/// The end of a stall is news if its begin was; if not, all of it is, if it was long.
void amend_stall(notice_state& state, const event_amendment& x, nanoseconds now, const notice_policy& policy) {
  const auto known = std::find_if(state.stalls.begin(), state.stalls.end(),
                                  [&x](const auto& y) { return y.record.event.id == x.id; });
  if (known == state.stalls.end())
    return;
  amend(known->record, x);
  if (!x.over)
    return;
  const auto ended = std::move(*known);
  state.stalls.erase(known);
  if (ended.reported)
    report_stall(state, notice_kind::stall_over, ended.record, now, policy);
  else if (!ended.held_back && ended.record.event.duration >= policy.stall_min_duration
           && is_wanted(notice_kind::stall, policy))
    report_stall(state, notice_kind::stall, ended.record, now, policy);
}

/// Reports the stalls that are known to have lasted long enough. That none has heard of their end proves nothing:
/// who says so may be held up as well.
void report_stalls(notice_state& state, nanoseconds now, const notice_policy& policy) {
  for (auto& x : state.stalls) {
    if (x.reported || x.held_back || x.record.event.duration < policy.stall_min_duration
        || !is_wanted(notice_kind::stall, policy))
      continue;
    x.reported = report_stall(state, notice_kind::stall, x.record, now, policy);
    x.held_back = !x.reported;
  }
}

} // namespace

bool is_wanted(notice_kind x, const notice_policy& policy) {
  if (!policy.enabled || policy.learning)
    return false;
  switch (x) {
    case notice_kind::pause:
      return policy.pause_detected;
    case notice_kind::critical:
    case notice_kind::all_clear:
      return policy.critical_stress;
    case notice_kind::elevated:
      return policy.elevated_entered;
    case notice_kind::forensics:
      return policy.forensics_completed;
    case notice_kind::degraded:
    case notice_kind::recovered:
      return policy.monitor_degraded;
    case notice_kind::stall:
    case notice_kind::stall_over:
      return policy.stall_lasts;
    case notice_kind::outage:
      return policy.outage_found;
    case notice_kind::incident:
      return policy.grave_incident;
  }
  return false;
}

void apply_event(notice_state& state, const event_record& x, nanoseconds now, const notice_policy& policy) {
  const auto& event = x.event;
  switch (event.kind) {
    case event_kind::critical:
      state.culprits = x.culprits; // for the alert, should it last
      return;
    case event_kind::stall:
      apply_stall(state, x, now, policy);
      return;
    case event_kind::pause:
    case event_kind::outage:
    case event_kind::incident:
      break;
    case event_kind::sleep:
    case event_kind::slowed:
    case event_kind::clock:
      return;
  }
  if (std::find(state.known.begin(), state.known.end(), event.id) != state.known.end())
    return;
  state.known.push_back(event.id);
  if (state.known.size() > most_known)
    state.known.pop_front();
  if (event.kind == event_kind::outage) {
    if (is_wanted(notice_kind::outage, policy))
      report(state, notice_kind::outage, x, now, policy);
  } else if (event.kind == event_kind::incident) {
    if (is_wanted(notice_kind::incident, policy) && head_of(event.facts.value_or("")).is_urgent)
      report(state, notice_kind::incident, x, now, policy);
  } else if (is_wanted(notice_kind::pause, policy) && event.duration >= policy.pause_min_duration) {
    place_pause(state, x, now, policy);
  }
}

void apply_amendment(notice_state& state, const event_amendment& x, nanoseconds now,
                    const notice_policy& policy) {
  amend_stall(state, x, now, policy);
  amend_pause(state, x, now, policy);
}

void apply_alert(notice_state& state, const stress_alert& x, nanoseconds now, const notice_policy& policy) {
  // Idempotent by change and tick: one sample may bring several changes, and each may come again.
  auto& last = state.last_ticks[static_cast<std::size_t>(x.change)];
  if (x.tick <= last)
    return;
  last = x.tick;
  notice result;
  result.stress = x;
  result.culprits = state.culprits;
  switch (x.change) {
    case stress_change::elevated:
      result.kind = notice_kind::elevated;
      result.culprits.clear();
      if (is_wanted(result.kind, policy))
        send_or_hold_back(state, std::move(result), now, policy);
      break;
    case stress_change::critical:
      result.kind = notice_kind::critical;
      if (is_wanted(result.kind, policy))
        state.critical_reported = send_or_hold_back(state, std::move(result), now, policy);
      break;
    case stress_change::relieved:
      result.kind = notice_kind::all_clear;
      if (std::exchange(state.critical_reported, false))
        send_now(state, std::move(result), now);
      break;
  }
}

void apply_capture(notice_state& state, const capture_report& x, nanoseconds now,
                  const notice_policy& policy) {
  if (x.folder.empty() || x.folder == state.last_folder)
    return; // skipped, or received before
  state.last_folder = x.folder;
  const auto is_of = [](event_id id) {
    return [id](const event_record& y) { return y.event.id == id; };
  };
  if (std::any_of(state.freeze.begin(), state.freeze.end(), is_of(x.event))) {
    // In time to be part of the freeze's own message.
    const auto length = [&](event_id id) {
      return std::find_if(state.freeze.begin(), state.freeze.end(), is_of(id))->event.duration;
    };
    if (!state.evidence || length(x.event) > length(state.evidence->event))
      state.evidence = x;
    return;
  }
  if (!is_wanted(notice_kind::forensics, policy))
    return;
  notice result;
  result.kind = notice_kind::forensics;
  add_evidence(result, x);
  send_or_hold_back(state, std::move(result), now, policy);
}

void apply_faults(notice_state& state, const std::vector<fault>& faults, nanoseconds now,
                 const notice_policy& policy) {
  if (!is_wanted(notice_kind::degraded, policy))
    return;
  for (auto& known : state.troubles) {
    const auto is_it = [&known](const fault& x) { return x.actor == known.first; };
    if (!known.second.gone && std::none_of(faults.begin(), faults.end(), is_it))
      known.second.gone = now;
  }
  for (const auto& x : faults) {
    if (state.troubles.size() >= most_troubles && state.troubles.count(x.actor) == 0)
      continue;
    const auto [found, is_new] = state.troubles.try_emplace(x.actor);
    if (is_new)
      found->second.since = now;
    found->second.says = x.says;
    found->second.gone.reset();
  }
  // One that comes and goes is there until it has been gone for a while, reported or not.
  notice gone;
  gone.kind = notice_kind::recovered;
  std::erase_if(state.troubles, [&](const auto& x) {
    const auto& [actor, trouble] = x;
    const bool over = trouble.gone && now - *trouble.gone >= policy.degraded_after;
    if (over && trouble.reported)
      gone.faults.push_back({actor, trouble.says});
    return over;
  });
  const bool any_reported = std::any_of(state.troubles.begin(), state.troubles.end(),
                                    [](const auto& x) { return x.second.reported; });
  if (!gone.faults.empty() && !any_reported)
    send_now(state, std::move(gone), now); // all of it works again

  notice result;
  result.kind = notice_kind::degraded;
  if (now < allowed_from(state, result.kind, policy))
    return; // it is still there when the time has come
  for (auto& [actor, trouble] : state.troubles)
    if (!trouble.reported && !trouble.gone && now - trouble.since >= policy.degraded_after) {
      result.faults.push_back({actor, trouble.says});
      trouble.reported = true;
    }
  if (!result.faults.empty())
    send_now(state, std::move(result), now);
}

std::vector<notice> take_due(notice_state& state, nanoseconds now, const notice_policy& policy) {
  report_stalls(state, now, policy);
  place_parts(state, now, policy);
  const bool is_dropped = !is_wanted(notice_kind::pause, policy); // switched off meanwhile
  if (state.pauses > 0 && (is_dropped || freeze_due(state, policy) <= now)) {
    if (!is_dropped)
      send_now(state, freeze_notice(state), now);
    state.pauses = 0;
    state.freeze.clear();
    state.evidence.reset();
  }
  std::vector<notice> result(std::make_move_iterator(state.ready.begin()),
                             std::make_move_iterator(state.ready.end()));
  state.ready.clear();
  return result;
}

std::optional<nanoseconds> next_due(const notice_state& state, const notice_policy& policy) {
  std::optional<nanoseconds> result;
  if (state.pauses > 0)
    result = freeze_due(state, policy);
  return result;
}

std::string to_string(notice_kind x) {
  return names[index(x)];
}

std::optional<notice_kind> notice_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < notice_kinds; ++i)
    if (name == names[i])
      return static_cast<notice_kind>(i);
  return std::nullopt;
}

std::string to_string(const notice& x) {
  return "notice{" + std::to_string(x.number) + ' ' + to_string(x.kind) + ", "
         + std::to_string(x.pauses) + " pauses of " + spelled(x.total) + ", held back "
         + std::to_string(std::accumulate(x.held_back.begin(), x.held_back.end(), 0u)) + '}';
}

} // namespace pmactor
