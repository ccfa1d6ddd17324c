#include "simulation/stall_truths.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <string>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds least_stall = 1s;
constexpr nanoseconds found_within = 1500ms; ///< After it became one: the daemon looks once a second.
constexpr nanoseconds closed_within = 4s;    ///< After it was over: what follows at once is the same one.
constexpr nanoseconds edge_off = 250ms;      ///< Of begin and end, at most.
constexpr nanoseconds apart_least = 5s;      ///< Two that are closer may be reported as one.
constexpr std::size_t most_truths = 256;

std::string words_of(std::size_t which, nanoseconds began) {
  return in_words(fragiles[which].resource, fragiles[which].name) + " stalled from " + at(began) + " on";
}

} // namespace

void stall_truths::begin_run(nanoseconds awake) {
  std::erase_if(all_, [](const truth& x) { return x.ended.has_value(); });
  for (auto& x : all_) {
    x.began = awake;
    x.disturbed = true;
    x.reported.reset();
    x.closed = false;
  }
}

void stall_truths::began(std::size_t which, nanoseconds awake) {
  truth fresh{which, awake, {}, false, false, {}, false};
  for (auto& x : all_)
    if (!x.ended || awake - *x.ended < apart_least)
      x.disturbed = fresh.disturbed = true;
  all_.push_back(fresh);
  if (all_.size() > most_truths)
    all_.pop_front();
}

void stall_truths::ended(std::size_t which, nanoseconds awake) {
  for (auto& x : all_)
    if (x.which == which && !x.ended)
      x.ended = awake;
}

void stall_truths::disturb(nanoseconds awake) {
  for (auto& x : all_)
    if (!x.ended || awake - *x.ended < closed_within)
      x.disturbed = true;
}

bool stall_truths::overlaps(nanoseconds began, nanoseconds ended) const {
  return std::any_of(all_.begin(), all_.end(), [&](const truth& x) {
    return x.began <= ended && (!x.ended || *x.ended + closed_within >= began);
  });
}

stall_truths::truth* stall_truths::find(const pause_event& x) {
  truth* result = nullptr;
  nanoseconds least = nanoseconds::max();
  for (auto& one : all_) {
    const auto until = one.ended.value_or(nanoseconds::max() - 1s);
    if (x.before.awake > until + edge_off || x.after.awake < one.began - edge_off)
      continue;
    const bool same = x.stall && x.stall->resource == fragiles[one.which].resource
                      && x.stall->name == fragiles[one.which].name;
    const auto off = apart(x.before.awake, one.began) + (same ? 0s : 1h);
    if (off < least) {
      least = off;
      result = &one;
    }
  }
  return result;
}

void stall_truths::committed(const pause_event& x, const pause_event* earlier) {
  auto* one = find(x);
  if (one == nullptr && earlier != nullptr)
    return; // of a run before
  hold(one != nullptr && x.stall, "stall-invented", to_string(x) + ", and nothing stalled");
  if (one->disturbed)
    return;
  const auto& is = fragiles[one->which];
  const auto in_truth = words_of(one->which, one->began);
  hold(x.stall->resource == is.resource && x.stall->name == is.name, "stall-resource",
       to_string(*x.stall) + ", in truth " + in_truth);
  hold(!one->reported || *one->reported == x.id, "stall-twice", to_string(x) + ", once more: " + in_truth);
  hold(earlier != nullptr || !one->ended || one->ended->count() - one->began.count() >= (least_stall - edge_off).count(),
       "stall-invented", to_string(x) + ", in truth too short: " + in_truth);
  one->reported = x.id;
  hold(apart(x.before.awake, one->began) <= edge_off, "stall-time",
       to_string(x) + " began at " + at(x.before.awake) + ", in truth " + in_truth);
  one->closed = x.stall->is_over;
  if (!one->closed)
    return;
  const auto ended = x.before.awake + x.duration;
  hold(one->ended && apart(ended, *one->ended) <= edge_off, "stall-time",
       to_string(x) + " ended at " + at(ended) + ", in truth "
         + (one->ended ? "at " + at(*one->ended) : std::string{"it lasts"}) + ": " + in_truth);
}

void stall_truths::check(nanoseconds awake, bool calm, strictness& reach) {
  if (!calm)
    disturb(awake);
  for (auto& x : all_) {
    if (!x.judged && x.ended.value_or(awake) - x.began >= least_stall + edge_off
        && awake - x.began >= least_stall + found_within) {
      x.judged = true;
      reach.count(!x.disturbed);
      hold(x.disturbed || x.reported, "stall-missed", words_of(x.which, x.began));
    }
    if (x.ended && awake - *x.ended >= closed_within + found_within)
      hold(x.disturbed || !x.reported || x.closed, "stall-open",
           words_of(x.which, x.began) + " until " + at(*x.ended) + ", and no end was reported");
  }
}

} // namespace pmactor::simulation
