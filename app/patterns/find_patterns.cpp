#include "app/patterns/find_patterns.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace pmactor {
namespace {

using group = std::vector<past_event>;

constexpr double day = 86400;
constexpr std::size_t least_count = 4; ///< Of what repeats at no regular time.

auto order_of(const event_traits& x) {
  return std::tie(x.kind, x.cause, x.resource, x.name, x.doer);
}

struct by_traits {
  bool operator()(const event_traits& a, const event_traits& b) const {
    return order_of(a) < order_of(b);
  }
};

/// @returns whether something in particular is known that may have done it, or that it was done to.
bool names_something(const event_traits& x) {
  return !x.doer.empty() || !x.name.empty();
}

/// @returns 0 for a Monday.
int weekday_of(double local) {
  return static_cast<int>(static_cast<std::int64_t>(std::floor(local / day) + 3) % 7);
}

/// @returns the unit of all whose unit is known; empty if they differ.
std::string common_unit(const group& events) {
  std::string result;
  for (const auto& x : events) {
    if (!result.empty() && !x.unit.empty() && x.unit != result)
      return {};
    if (result.empty())
      result = x.unit;
  }
  return result;
}

pattern pattern_of(const group& events) {
  pattern result;
  result.unit = common_unit(events);
  result.traits = events.front().traits;
  result.fingerprint = fingerprint_of(result.traits);
  result.shortest = events.front().lasted;
  result.first = events.front().at;
  for (const auto& x : events) {
    result.ids.push_back(x.id);
    result.shortest = std::min(result.shortest, x.lasted);
    result.longest = std::max(result.longest, x.lasted);
    result.last = x.at;
  }
  return result;
}

/// Whether a daily rhythm leaves out the weekends that lie within it.
bool leaves_out_weekends(const group& events) {
  std::size_t on_weekends = 0;
  for (const auto& x : events)
    on_weekends += weekday_of(x.local) >= 5 ? 1 : 0;
  return on_weekends == 0 && events.back().local - events.front().local > 9 * day;
}

/// Takes the clearest rhythms out of a group, one after the other.
void take_rhythms(group& events, std::size_t tests, std::vector<pattern>& to) {
  constexpr int most = 4;
  for (int i = 0; i < most && events.size() >= 3; ++i) {
    std::vector<double> local;
    for (const auto& x : events)
      local.push_back(x.local);
    auto beat = find_rhythm(local, tests);
    if (!beat)
      return;
    group members, others;
    for (std::size_t k = 0, next = 0; k < events.size(); ++k) {
      const bool is_member = next < beat->members.size() && beat->members[next] == k;
      next += is_member ? 1 : 0;
      (is_member ? members : others).push_back(events[k]);
    }
    auto found = pattern_of(members);
    auto key = found.traits;
    key.kind += "/" + std::to_string(std::llround(beat->period));
    found.fingerprint = fingerprint_of(key);
    found.on_weekdays = beat->period == day && leaves_out_weekends(members);
    found.beat = std::move(beat);
    to.push_back(std::move(found));
    events = std::move(others);
  }
}

/// @returns the chance of *k* or more where *mean* are usual.
double poisson_tail(double mean, std::size_t k) {
  double below = 0;
  for (std::size_t i = 0; i < k; ++i) {
    const auto x = static_cast<double>(i);
    below += std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
  }
  return std::max(0.0, 1 - below);
}

/// @returns how often a thing came that is named, usually: the median of all but this one.
double usual_count(const std::map<event_traits, group, by_traits>& groups,
                   const event_traits& except) {
  std::vector<std::size_t> counts;
  for (const auto& [traits, events] : groups)
    if (names_something(traits) && !(traits == except) && !events.empty())
      counts.push_back(events.size());
  if (counts.empty())
    return 1;
  std::nth_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2),
                   counts.end());
  return std::max(1.0, static_cast<double>(counts[counts.size() / 2]));
}

} // namespace

found_patterns find_patterns(std::vector<past_event> events) {
  found_patterns result;
  result.events = events.size();
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  std::map<event_traits, group, by_traits> groups;
  for (auto& x : events)
    groups[x.traits].push_back(std::move(x));
  for (auto& [traits, members] : groups)
    take_rhythms(members, groups.size(), result.patterns);
  std::vector<event_traits> frequent;
  for (const auto& [traits, members] : groups) {
    if (!names_something(traits) || members.size() < least_count)
      continue;
    constexpr double unlikely = 0.02;
    if (poisson_tail(usual_count(groups, traits), members.size())
            * static_cast<double>(groups.size())
          < unlikely
        || groups.size() == 1)
      frequent.push_back(traits);
  }
  for (const auto& x : frequent)
    result.patterns.push_back(pattern_of(std::exchange(groups[x], {})));
  for (const auto& [traits, members] : groups)
    if (members.size() >= 2)
      result.rest.push_back({traits, members.size(), members.back().at, common_unit(members)});
  std::stable_sort(result.patterns.begin(), result.patterns.end(),
                   [](const auto& a, const auto& b) { return a.count() > b.count(); });
  std::stable_sort(result.rest.begin(), result.rest.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return result;
}

likeness find_likeness(std::int64_t id, const std::vector<past_event>& events,
                       const found_patterns& patterns) {
  likeness result;
  const auto self =
    std::find_if(events.begin(), events.end(), [id](const auto& x) { return x.id == id; });
  if (self == events.end())
    return result;
  for (const auto& x : events) {
    if (x.id == id || !(x.traits == self->traits))
      continue;
    ++result.others;
    if (x.at < self->at && (!result.last_before || x.at > *result.last_before))
      result.last_before = x.at;
  }
  for (const auto& x : patterns.patterns)
    if (std::find(x.ids.begin(), x.ids.end(), id) != x.ids.end())
      result.in = x;
  return result;
}

} // namespace pmactor
