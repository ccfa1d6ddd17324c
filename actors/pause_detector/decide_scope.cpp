#include "actors/pause_detector/decide_scope.hpp"

#include <algorithm>
#include <vector>

namespace pmactor {

using std::chrono::nanoseconds;

namespace {
/// So many documents in a row that each came late by the hole show that there is one: a child that
/// has trouble to write, or a reader that has, is late now and then, not five times and each time
/// by as much.
constexpr std::size_t judged_delays = 5;
/// Windows before the pause that must lie on the line, and be of the usual length, for the child to
/// count as keeping time: one may be the half of a torn one, two a burst after a pause.
constexpr std::size_t settled_windows = 3;

/// Whether a window is as long as they usually are, within what separates late from punctual: a
/// child that is now fast and now slow is never late.
bool is_about(nanoseconds length, nanoseconds usual, nanoseconds slack) {
  return length >= usual - slack && length <= usual + slack;
}
} // namespace

witness_line::witness_line(scope_policy policy) : policy_{policy} {
}

void witness_line::add(const witness_reading& reading) {
  if (reading.elapsed == nanoseconds::zero()) { // some were lost, so that the next may lie anywhere
    windows_.clear();
    delays_.clear();
    forgotten_ = 0;
    return;
  }
  const auto arrived = reading.arrived.total;
  auto ended = arrived;
  if (!windows_.empty())
    ended = std::min(arrived, windows_.back().ended + reading.elapsed);
  windows_.push_back({ended - reading.elapsed, ended, reading.daemon_state});
  if (windows_.size() > policy_.remembered) {
    windows_.pop_front();
    ++forgotten_;
  }
  // A child that was restarted left a hole in its line. Its documents then come one by one and all
  // late by the hole; those that waited for a stopped daemon come all at once.
  const bool one_by_one = arrived - last_arrival_ > reading.elapsed / 2;
  last_arrival_ = arrived;
  if (!one_by_one)
    delays_.clear();
  delays_.push_back(arrived - ended);
  if (delays_.size() > judged_delays)
    delays_.pop_front();
  if (delays_.size() < judged_delays)
    return;
  const auto hole = *std::min_element(delays_.begin(), delays_.end());
  if (hole <= policy_.slack / 2)
    return;
  windows_.back().ended += hole;
  windows_.back().began += hole;
  delays_.clear();
}

const std::deque<witness_window>& witness_line::windows() const {
  return windows_;
}

std::size_t witness_line::forgotten() const {
  return forgotten_;
}

std::optional<nanoseconds> witness_line::usual() const {
  if (windows_.size() < 3)
    return std::nullopt;
  std::vector<nanoseconds> lengths;
  for (const auto& window : windows_)
    lengths.push_back(window.ended - window.began);
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  return *middle;
}

namespace {

/// @returns for how long after a pause a document is waited for.
nanoseconds patience(const witness_line& witness, const scope_policy& policy) {
  return witness.usual().value_or(std::chrono::seconds{1}) * policy.patience;
}

/// Whether it need not have reached another process than the daemon and its child, if both were late. A cause that
/// no counter gives may be of that kind too.
bool reaches_us_alone(const pause_event& x) {
  return reaches_pmactor_alone(x.cause) || (x.cause == pause_cause::unexplained && !x.machine_lost_time);
}

} // namespace

std::optional<pause_scope> decide_scope(const pause_event& pause, const witness_line& witness,
                                        nanoseconds now, const scope_policy& policy,
                                        nanoseconds earlier) {
  const auto ended = pause.after.total;
  const auto began = ended - pause.duration - pause.asleep;
  const auto usual = witness.usual();
  // Where the line lies, and that the child keeps time, is known from windows that ended before the
  // pause; the first window that ends later decides.
  // Those that were forgotten are older still, or lie within the pause themselves.
  std::size_t before = witness.forgotten(), regular = 0;
  for (const auto& window : witness.windows()) {
    // A beat is a little late itself, so the pause may have begun that much later.
    if (window.ended <= began + pause.uncertainty + policy.slack) {
      ++before;
      regular = usual && is_about(window.ended - window.began, *usual, policy.slack) ? regular + 1 : 0;
      continue;
    }
    if (before < settled_windows)
      return pause_scope::unknown;
    if (window.ended < ended - policy.slack)
      return pause_scope::daemon_only; // It finished a window while we did not run.
    // The first window that ended after the pause. When should it have?
    if (regular < settled_windows || pause.asleep > nanoseconds::zero())
      return pause_scope::unknown;
    const auto due = window.began + *usual;
    if (due >= ended - policy.slack || window.began >= ended - policy.slack
        || window.ended < due + policy.slack // it was about to end as the pause did: not late by itself
        || due < began - policy.slack        // it was late already, say from a sleep just before
        || window.began < earlier)           // it may be late from another pause
      return pause_scope::unknown;
    return reaches_us_alone(pause) ? pause_scope::daemon_and_sampler : pause_scope::system;
  }
  if (now - ended > patience(witness, policy))
    return pause_scope::unknown;
  return std::nullopt;
}

std::optional<char> see_daemon(const pause_event& pause, const witness_line& witness,
                               const scope_policy& policy) {
  const auto ended = pause.after.total;
  const auto began = ended - pause.duration - pause.asleep;
  std::optional<char> seen;
  for (const auto& window : witness.windows()) {
    // It looked a little before it wrote, and a pause begins no earlier than it is said to.
    if (!window.daemon_state || window.ended < began + pause.uncertainty + policy.look_before
        || window.ended > ended - policy.slack)
      continue;
    if (*window.daemon_state == 't' || seen == 't')
      seen = 't';
    else if (seen != 'T')
      seen = window.daemon_state;
  }
  return seen;
}

bool may_be_seen(const pause_event& pause, const witness_line& witness, nanoseconds now,
                 const scope_policy& policy) {
  if (pause.cause != pause_cause::stopped && pause.cause != pause_cause::unexplained)
    return false;
  const auto ended = pause.after.total;
  return !witness.windows().empty() && witness.windows().back().ended <= ended - policy.slack
         && now - ended <= patience(witness, policy);
}

pause_event with_sight(pause_event event, char daemon_state) {
  auto& book = event.book;
  const auto move_to = [&](pause_cause from, pause_cause to) {
    auto& source = book[from];
    if (from == to || source.length == nanoseconds::zero())
      return;
    book[to].length += source.length;
    book[to].evidence += (book[to].evidence.empty() ? "" : "; ") + source.evidence;
    source = {};
  };
  const std::string state{"the sampler child saw it "};
  auto seen = pause_cause::unexplained;
  if (daemon_state == 'T')
    seen = pause_cause::stopped;
  else if (daemon_state == 't')
    seen = pause_cause::traced;
  if (seen == pause_cause::unexplained) {
    if (book[pause_cause::stopped].length == nanoseconds::zero())
      return event; // it was not said to be stopped
    move_to(pause_cause::stopped, seen);
    event.evidence.push_back(state + "in state " + daemon_state
                             + " meanwhile, which is no stop by a signal");
  } else {
    // What a counter measured stays; what was only claimed, or unexplained, is what was seen.
    for (const auto line : {pause_cause::stopped, pause_cause::traced, pause_cause::unexplained})
      if (line != pause_cause::unexplained || !event.machine_lost_time)
        move_to(line, seen);
    event.evidence.push_back(
      state + (seen == pause_cause::traced ? "held by a tracer" : "stopped by a signal")
      + " meanwhile");
  }
  const auto longest = std::max_element(
    book.lines.begin(), book.lines.end(),
    [](const ledger_line& a, const ledger_line& b) { return a.length < b.length; });
  const auto cause = static_cast<pause_cause>(longest - book.lines.begin());
  if (cause == seen)
    event.sure = seen != pause_cause::unexplained && longest->length * 2 >= event.duration
                   ? confidence::high
                   : confidence::low;
  event.cause = cause;
  return event;
}

event_amendment amend_scope(const pause_event& said, const pause_event& sighted, pause_scope scope) {
  event_amendment result;
  result.id = said.id;
  result.evidence.assign(sighted.evidence.begin() + static_cast<std::ptrdiff_t>(said.evidence.size()),
                         sighted.evidence.end());
  if (sighted.cause != said.cause || sighted.sure != said.sure || sighted.book != said.book)
    result.explained = event_amendment::explanation{sighted.cause, sighted.sure, sighted.book};
  if (scope == pause_scope::unknown)
    return result;
  result.scope = scope;
  std::string word = "the sampler child ";
  word += scope == pause_scope::daemon_only ? "ran on meanwhile" : "was late as well";
  if (scope == pause_scope::daemon_and_sampler)
    word += sighted.cause == pause_cause::unexplained
              ? ", which says nothing of other processes"
              : ", as what held up pmactor reaches its child too";
  result.evidence.push_back(std::move(word));
  return result;
}

std::string to_string(const witness_window& x) {
  return "witness_window{" + std::to_string(to_seconds(x.began)) + " – "
         + std::to_string(to_seconds(x.ended)) + " s}";
}

} // namespace pmactor
