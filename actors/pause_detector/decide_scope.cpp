#include "actors/pause_detector/decide_scope.hpp"

#include <algorithm>
#include <vector>

namespace pmactor {

using std::chrono::nanoseconds;

namespace {
constexpr std::size_t judged_delays = 5;
constexpr std::size_t settled_windows = 3;

/// Whether a window is as long as they usually are, to what tells the late from the punctual: who is now
/// fast, now slow, is never late.
bool is_about(nanoseconds length, nanoseconds usual, nanoseconds slack) {
  return length >= usual - slack && length <= usual + slack;
}
} // namespace

witness_line::witness_line(scope_policy policy) : policy_{policy} {
}

void witness_line::add(const witness_reading& reading) {
  if (reading.elapsed == nanoseconds::zero()) { // some were lost: nobody knows where the next one lies
    windows_.clear();
    delays_.clear();
    return;
  }
  const auto arrived = reading.arrived.total;
  auto ended = arrived;
  if (!windows_.empty())
    ended = std::min(arrived, windows_.back().ended + reading.elapsed);
  windows_.push_back({ended - reading.elapsed, ended});
  if (windows_.size() > policy_.remembered)
    windows_.pop_front();
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

std::optional<pause_scope> decide_scope(const pause_event& pause, const witness_line& witness,
                                        nanoseconds now, const scope_policy& policy,
                                        nanoseconds earlier) {
  const auto ended = pause.after.total;
  const auto began = ended - pause.duration - pause.asleep;
  const auto usual = witness.usual();
  // Where the line lies, and that the child keeps time, is known from windows that ended before the pause.
  std::size_t before = 0, regular = 0;
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
    return pause_scope::system;
  }
  const auto patience = usual.value_or(std::chrono::seconds{1}) * policy.patience;
  if (now - ended > patience)
    return pause_scope::unknown;
  return std::nullopt;
}

pause_event with_scope(pause_event event, pause_scope scope) {
  event.scope = scope;
  event.amends = true;
  if (scope != pause_scope::unknown) {
    std::string word = "the sampler child ";
    word += scope == pause_scope::system ? "was late as well" : "ran on meanwhile";
    event.evidence.push_back(std::move(word));
  }
  return event;
}

std::string to_string(const witness_window& x) {
  return "witness_window{" + std::to_string(to_seconds(x.began)) + " – "
         + std::to_string(to_seconds(x.ended)) + " s}";
}

} // namespace pmactor
