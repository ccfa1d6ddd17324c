#include "actors/witness_keeper/track_stalls.hpp"

#include "actors/witness_keeper/judge_server.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t most_felt_by = 16;
constexpr std::size_t most_waiting = 16;
/// How often to look while a stall lasts, so that its end and who waits are known in time.
constexpr nanoseconds close_look = 200ms;
/// What is known to be no further off than this gives a begin in place of all that is known less
/// well.
constexpr nanoseconds exact = 50ms;
/// For how long a begin that is known by guess is worth a search, from when it may be that of a stall.
constexpr nanoseconds longest_doubt = 3s;

/// @returns whether a process may have waited for such a resource all the time.
bool may_be_dated(stall_resource x) {
  return x == stall_resource::disk || x == stall_resource::mount;
}

/// @returns when to say next that a stall goes on. Who has heard nothing of it for long cannot know that it does.
nanoseconds next_word_after(nanoseconds began, nanoseconds now) {
  const nanoseconds pace = now - began < 1min ? 5s : nanoseconds{1min};
  return now - (now - began) % pace + pace;
}

void add_once(std::vector<std::string>& to, const std::string& text) {
  if (to.size() < most_felt_by && std::find(to.begin(), to.end(), text) == to.end())
    to.push_back(text);
}

void add_waiting(std::vector<waiting_process>& to, const std::vector<waiting_process>& more) {
  for (const auto& x : more)
    if (std::none_of(to.begin(), to.end(), [&](const waiting_process& y) {
          return y.pid == x.pid && y.start_time == x.start_time;
        }))
      to.push_back(x);
  std::stable_sort(to.begin(), to.end(),
                   [](const auto& a, const auto& b) { return a.since < b.since; });
  if (to.size() > most_waiting)
    to.resize(most_waiting);
}

/// @returns whether they are one resource: one whose name is not known may be any.
bool is_same(const stall_facts& a, stall_resource resource, std::string_view name) {
  return a.resource == resource && (a.name == name || a.name.empty() || name.empty());
}

/// @returns whether the first resource is what holds the second one up, if both stall at once.
bool holds_up(const stall_facts& a, const stall_facts& b) {
  if (a.resource == b.resource) // of two disks none holds up the other; a process may wait for another
    return false;
  return a.resource < b.resource;
}

nanoseconds overlap(const stall& a, const stall& b) {
  return std::min(a.ended, b.ended) - std::max(a.began, b.began);
}

} // namespace

stall_tracker::episode& stall_tracker::episode_of(const felt_stretch& x, const witness_keeper_policy& policy) {
  const auto touches = [&](const episode& e) {
    return is_same(e.is.facts, x.resource, x.name) && x.began <= e.is.ended + policy.join
           && (!x.ended || *x.ended + policy.join >= e.is.began);
  };
  auto found = std::find_if(episodes_.begin(), episodes_.end(), [&](const episode& e) {
    return touches(e) && e.is.facts.name == x.name;
  });
  if (found == episodes_.end())
    found = std::find_if(episodes_.begin(), episodes_.end(), touches);
  if (found != episodes_.end()) {
    if (found->is.facts.name.empty()) // it is known by now
      found->is.facts.name = x.name;
    return *found;
  }
  if (episodes_.size() >= most_episodes) // the shortest that was not reported is the least telling one
    episodes_.erase(std::min_element(episodes_.begin(), episodes_.end(),
                                     [](const episode& a, const episode& b) {
                                       return std::pair{a.reported, a.is.ended - a.is.began}
                                              < std::pair{b.reported, b.is.ended - b.is.began};
                                     }));
  auto& fresh = episodes_.emplace_back();
  fresh.is.facts.resource = x.resource;
  fresh.is.facts.name = x.name;
  fresh.is.began = fresh.is.ended = fresh.last_end = x.began;
  fresh.is.uncertainty = x.uncertainty;
  return fresh;
}

void stall_tracker::episode::refine_begin(nanoseconds began, nanoseconds uncertainty) {
  if (reported) // by which the event is known
    return;
  // A probe only knows that it had an answer before. Who waited all the time knows since when; of
  // such the first counts, and an earlier guess only if it is certain to be earlier.
  const bool is_exact = uncertainty < exact, was_exact = is.uncertainty < exact;
  auto latest = is.began;
  if (is_exact && !was_exact)
    latest += is.uncertainty;
  else if (!is_exact && was_exact)
    latest -= uncertainty;
  if (began > latest || (is_exact == was_exact && began == is.began))
    return;
  is.began = began;
  is.uncertainty = uncertainty;
}

void stall_tracker::episode::begin_with_lead() {
  if (lead && lead->from < is.began) {
    is.began = lead->from;
    is.uncertainty = lead->uncertainty;
  }
}

void stall_tracker::take(const stall_lead& x, const witness_keeper_policy& policy) {
  for (auto& e : episodes_)
    if (e.is.facts.resource == x.resource && !e.reported && x.from < e.is.began
        && x.until + policy.join >= e.is.began && (!e.lead || x.from < e.lead->from))
      e.lead = x;
}

void stall_tracker::episode::take(const felt_stretch& x, nanoseconds now) {
  refine_begin(x.began, x.uncertainty);
  const auto mine = std::find_if(open.begin(), open.end(), [&](const open_stretch& y) {
    return y.sense == x.sense && y.witness == x.witness;
  });
  if (x.ended) {
    ++ended;
    last_end = std::max(last_end, *x.ended);
    if (mine != open.end())
      open.erase(mine);
  } else if (mine != open.end()) {
    mine->seen = now;
  } else {
    open.push_back({x.sense, x.witness, now});
  }
  is.ended = lasts() ? now : last_end;
  if (x.server && (!is.facts.server || says_more(*x.server, *is.facts.server)))
    is.facts.server = x.server;
  // Of a blocked process, the name is that of the process where nothing else is known, else of what it waits for.
  const bool is_of_process = x.sense != stall_sense::blocked_task || x.resource == stall_resource::task;
  add_once(is.facts.felt_by, in_words(x.sense, is_of_process ? x.name : std::string_view{}));
}

/// What is not seen any more ended unseen, as the words of a child that died.
void stall_tracker::episode::close_unseen(nanoseconds now) {
  std::erase_if(open, [&](const open_stretch& x) {
    if (x.seen >= now)
      return false;
    last_end = std::max(last_end, x.seen);
    return true;
  });
  is.ended = lasts() ? now : last_end;
}

/// Makes what another resource holds up a part of that one's episode. Where it was reported before what holds it
/// up was known, the report is made more precise and stays one; two that were reported both stay two.
void stall_tracker::absorb(const growth_record& lived, const witness_keeper_policy& policy) {
  for (auto i = episodes_.begin(); i != episodes_.end();) {
    const auto cause = std::find_if(episodes_.begin(), episodes_.end(), [&](const episode& e) {
      const bool is_a_stall = e.reported || lived.between(e.is.began, e.is.ended) >= policy.least;
      return is_a_stall && holds_up(e.is.facts, i->is.facts)
             && 2 * overlap(e.is, i->is) >= std::min(i->is.ended - i->is.began, 2 * policy.least);
    });
    if (cause == episodes_.end() || (i->reported && cause->reported)) {
      ++i;
      continue;
    }
    if (i->reported) {
      cause->reported = true; // and said to last at once, by its better name
      cause->is.began = i->is.began; // by which the event is known
      cause->last_end = std::max(cause->last_end, i->last_end);
    }
    if (i->is.uncertainty < exact)
      cause->refine_begin(i->is.began, i->is.uncertainty);
    for (const auto& felt : i->is.facts.felt_by)
      add_once(cause->is.facts.felt_by, felt);
    add_waiting(cause->is.facts.waiting, i->is.facts.waiting);
    i = episodes_.erase(i);
  }
}

/// Two disks that are looked at together may stall at the same moment, and a stall is named by its
/// begin.
void stall_tracker::distinguish(episode& x) const {
  const auto is_taken = [&](const episode& e) { return e.reported && e.is.began == x.is.began; };
  while (std::any_of(episodes_.begin(), episodes_.end(), is_taken))
    x.is.began += 1us;
}

std::vector<stall_change> stall_tracker::look(const stall_look& x, const growth_record& lived,
                                              const witness_keeper_policy& policy) {
  for (const auto& felt : x.felt)
    episode_of(felt, policy).take(felt, x.now);
  for (const auto& lead : x.leads)
    take(lead, policy);
  for (auto& e : episodes_)
    e.close_unseen(x.now);
  for (auto& e : episodes_)
    if (e.lasts())
      add_waiting(e.is.facts.waiting, x.waiting);
  absorb(lived, policy);
  std::vector<stall_change> changes;
  const auto report = [&](stall_change::what what, const episode& e) {
    changes.push_back({what, e.is});
  };
  for (auto i = episodes_.begin(); i != episodes_.end();) {
    const bool is_long = lived.between(i->is.began, i->is.ended) >= policy.least;
    // What joins it may be noted late, by the pace of the child and of the looks.
    if (i->lasts() || x.now - i->is.ended < 2 * policy.join) {
      if (!i->reported && is_long && i->goes_on(x.now, policy)) {
        i->begin_with_lead();
        distinguish(*i);
        i->reported = true;
        i->next_word = next_word_after(i->is.began, x.now);
        report(stall_change::what::begun, *i);
      } else if (i->lasts() && i->reported && x.now >= i->next_word) {
        i->next_word = next_word_after(i->is.began, x.now);
        report(stall_change::what::lasts, *i);
      }
      ++i;
      continue;
    }
    i->is.facts.is_over = true;
    if (i->reported) {
      report(stall_change::what::over, *i);
    } else if (is_long) {
      i->begin_with_lead();
      distinguish(*i);
      report(stall_change::what::whole, *i);
    }
    i = episodes_.erase(i);
  }
  return changes;
}

std::vector<stall> stall_tracker::in_progress() const {
  std::vector<stall> result;
  for (const auto& e : episodes_)
    if (e.reported)
      result.push_back(e.is);
  return result;
}

std::optional<nanoseconds> stall_tracker::next_look(const stall_look& x,
                                                    const witness_keeper_policy& policy) const {
  std::optional<nanoseconds> result;
  const auto at = [&](nanoseconds time) { result = std::min(result.value_or(time), time); };
  for (const auto& e : episodes_) {
    const auto due = e.is.began + policy.least;
    const bool may_be_older = e.is.uncertainty >= exact && may_be_dated(e.is.facts.resource);
    const auto earliest = may_be_older ? due - e.is.uncertainty : due;
    if (e.reported)
      at(x.now + close_look);
    else if (e.goes_on(x.now, policy) && due > x.now)
      at(earliest > x.now ? earliest : due);
    else if (x.now - e.is.ended < policy.join) // the stretch that makes a stall of it may be under way
      at(x.now + close_look);
  }
  return result;
}

bool has_doubtful_begin(const stall_look& x, const witness_keeper_policy& policy) {
  return std::any_of(x.felt.begin(), x.felt.end(), [&](const felt_stretch& y) {
    return may_be_dated(y.resource) && !y.ended && y.uncertainty >= exact
           && x.now - (y.began - y.uncertainty) >= policy.least && x.now - y.began < policy.least + longest_doubt;
  });
}

std::string to_string(stall_change::what x) {
  switch (x) {
    case stall_change::what::begun:
      return "begun";
    case stall_change::what::lasts:
      return "lasts";
    case stall_change::what::over:
      return "over";
    case stall_change::what::whole:
      break;
  }
  return "whole";
}

std::string to_string(const stall& x) {
  return "stall{" + to_string(x.facts) + printed(", %.3f to %.3f", to_seconds(x.began), to_seconds(x.ended))
         + " ± " + spelled(x.uncertainty) + '}';
}

std::string to_string(const stall_change& x) {
  return to_string(x.change) + ": " + to_string(x.is);
}

} // namespace pmactor
