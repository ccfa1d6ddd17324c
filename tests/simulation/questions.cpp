#include "simulation/questions.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/explain/read_record.hpp"
#include "simulation/promises.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pmactor::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int asked = 90; ///< In each simulation, so that a dozen of them ask a thousand questions.
constexpr double asked_about = 1; ///< A span of so many seconds.
constexpr double edge = 0.3;      ///< So near to a begin or an end the answer may be either.
constexpr double settles = 15; ///< After what disturbs it the daemon has so long to be calm again.
constexpr double longest_gap = 12; ///< That is not noticed, with the slowest samples that are set.

const char* words(span_verdict x) {
  return x == span_verdict::clear     ? "nothing"
         : x == span_verdict::held_up ? "held up"
                                      : "not known";
}

} // namespace

void questions::look(nanoseconds wall, bool is_calm) {
  const auto now = to_seconds(wall);
  if (is_calm) {
    if (!calm_since_)
      calm_since_ = now;
  } else if (calm_since_) {
    if (looked_at_ - *calm_since_ > 2 * settles + asked_about)
      all_.push_back({truth::kind::calm, {*calm_since_ + settles, looked_at_ - settles}, {}, true});
    calm_since_.reset();
  }
  looked_at_ = now;
}

void questions::stood_still(const clock_sample& began, const clock_sample& ended) {
  look(began.wall, false);
  all_.push_back({truth::kind::still,
                  {to_seconds(began.wall) + edge, to_seconds(ended.wall) - edge},
                  ended.total,
                  false});
}

void questions::committed(const pause_event& x) {
  if (x.kind != event_kind::pause && x.kind != event_kind::sleep)
    return;
  for (auto i = all_.rbegin(); i != all_.rend(); ++i)
    if (i->what == truth::kind::still && i->ended <= x.after.total + 1ms
        && i->ended >= x.before.total) {
      // What stopped the daemon alone, as it says, is nothing that the machine knows of.
      i->is_stored = x.scope != pause_scope::daemon_only;
      return;
    }
}

void questions::daemon_ended(nanoseconds wall) {
  look(wall, false);
  down_since_ = to_seconds(wall);
}

void questions::daemon_began(nanoseconds wall) {
  if (const auto now = to_seconds(wall);
      down_since_ && now - *down_since_ > longest_gap + asked_about)
    all_.push_back({truth::kind::down, {*down_since_, now}, {}, true});
  down_since_.reset();
}

void questions::clock_set(nanoseconds from, nanoseconds to) {
  look(from, false);
  ambiguous_.push_back(
    {to_seconds(std::min(from, to)) - 2 * settles, to_seconds(std::max(from, to)) + 2 * settles});
}

void questions::damaged(nanoseconds wall) {
  if (!damaged_at_)
    damaged_at_ = to_seconds(wall);
}

void questions::forgotten(nanoseconds wall) {
  const auto now = to_seconds(wall);
  set_aside_ = {damaged_at_.value_or(now), now};
  damaged_at_.reset();
}

void questions::ask(const std::filesystem::path& file, dice chance, const record_policy& policy,
                    nanoseconds now, const defect& planted, strictness& reach) const {
  if (!std::filesystem::exists(file))
    return;
  event_reader events{file};
  history_reader history{file};
  std::array<std::vector<const truth*>, 3> by_kind;
  for (const auto& x : all_)
    if (x.is_stored && x.time.length() > asked_about)
      by_kind[static_cast<std::size_t>(x.what)].push_back(&x);
  for (int i = 0; i < asked; ++i) {
    const auto& from = by_kind[static_cast<std::size_t>(i) % by_kind.size()];
    if (from.empty())
      continue;
    const auto& x = *from[chance.below(from.size())];
    const auto at =
      x.time.from
      + static_cast<double>(chance.below(1'000'000)) / 1e6 * (x.time.length() - asked_about);
    const stretch span{at, at + asked_about};
    if (std::any_of(ambiguous_.begin(), ambiguous_.end(),
                    [&](const stretch& y) { return y.from < span.to && y.to > span.from; }))
      continue;
    // Where the file was damaged, and where it was set aside, the gap of what is lost may be too short to be noticed.
    if (span.from > set_aside_.from - settles && span.from < set_aside_.to + settles)
      continue;
    auto record = read_record(events, history, span, policy, to_seconds(now));
    if (planted)
      planted(record);
    const auto verdict = explain_span(span, record, policy, to_seconds(now)).verdict;
    const auto right = x.what == truth::kind::calm    ? span_verdict::clear
                       : x.what == truth::kind::still ? span_verdict::held_up
                                                      : span_verdict::unknown;
    // What is not known is no lie: the file was set aside, or which of the processes stood still
    // was not seen.
    const bool is_lost = span.from < set_aside_.to;
    reach.count(!is_lost && verdict == right);
    hold(verdict == right || verdict == span_verdict::unknown
           || (x.what == truth::kind::down && verdict == span_verdict::held_up),
         "wrong-answer",
         "asked about " + std::to_string(span.from) + " it says " + words(verdict) + ", in truth "
           + words(right));
    hold(is_lost || x.what != truth::kind::calm || verdict == right, "wrong-answer",
         "asked about " + std::to_string(span.from) + ", when all was calm, it says "
           + words(verdict));
  }
}

} // namespace pmactor::simulation
