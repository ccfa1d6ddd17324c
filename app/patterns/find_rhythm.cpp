#include "app/patterns/find_rhythm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace pmactor {
namespace {

constexpr double minute = 60, hour = 3600, day = 86400, week = 7 * day;
constexpr double unlikely = 1e-3; ///< What chance may have of a rhythm that is claimed.

struct period_rule {
  double period;
  std::array<double, 3> widths; ///< Within which the members must lie.
  std::size_t least;            ///< Cycles that must have one.
};

constexpr std::array<period_rule, 12> periods{{
  {week, {20 * minute, hour, 3 * hour}, 3},
  {day, {10 * minute, 30 * minute, 2 * hour}, 3},
  {12 * hour, {10 * minute, 30 * minute, hour}, 4},
  {8 * hour, {10 * minute, 30 * minute, hour}, 4},
  {6 * hour, {10 * minute, 20 * minute, 40 * minute}, 5},
  {4 * hour, {6 * minute, 15 * minute, 30 * minute}, 5},
  {3 * hour, {6 * minute, 10 * minute, 20 * minute}, 5},
  {2 * hour, {4 * minute, 8 * minute, 15 * minute}, 6},
  {hour, {2 * minute, 4 * minute, 8 * minute}, 6},
  {30 * minute, {minute, 2 * minute, 4 * minute}, 8},
  {15 * minute, {0.5 * minute, minute, 2 * minute}, 8},
  {10 * minute, {20, 40, 80}, 8},
}};

/// @returns the chance that of *n* moments *k* or more fall into a share *p* of the time.
double binomial_tail(std::size_t n, std::size_t k, double p) {
  double result = 0;
  for (auto i = k; i <= n; ++i) {
    const auto a = static_cast<double>(n), b = static_cast<double>(i);
    const auto log_ways = std::lgamma(a + 1) - std::lgamma(b + 1) - std::lgamma(a - b + 1);
    result += std::exp(log_ways + b * std::log(p) + (a - b) * std::log1p(-p));
  }
  return std::min(1.0, result);
}

struct window {
  double from = 0;
  std::vector<std::size_t> members;
  std::size_t cycles = 0; ///< With a member.
  double share = 0;       ///< Of the cycles from the first to the last.
};

/// Slides the window over the period.
std::optional<window> fullest_window(const std::vector<double>& local, double period,
                                     double width) {
  struct place {
    double phase;
    std::int64_t cycle; ///< As counted from the begin of a window that holds this place.
    std::size_t index;
  };
  std::vector<place> places;
  places.reserve(2 * local.size());
  for (std::size_t i = 0; i < local.size(); ++i) {
    const auto cycle = std::floor(local[i] / period);
    places.push_back({local[i] - cycle * period, static_cast<std::int64_t>(cycle), i});
  }
  std::sort(places.begin(), places.end(),
            [](const place& a, const place& b) { return a.phase < b.phase; });
  // A window may reach beyond the end of the period, where the next one begins.
  for (std::size_t i = 0; i < local.size(); ++i)
    places.push_back({places[i].phase + period, places[i].cycle - 1, places[i].index});
  std::unordered_map<std::int64_t, std::size_t>
    cycles; ///< How many places of each are in the window.
  std::size_t end = 0, best_begin = 0, best_end = 0, most = 0;
  for (std::size_t begin = 0; begin < local.size(); ++begin) {
    for (; end < places.size() && places[end].phase - places[begin].phase < width
           && end - begin < local.size();
         ++end)
      ++cycles[places[end].cycle];
    if (cycles.size() > most) {
      most = cycles.size();
      best_begin = begin;
      best_end = end;
    }
    const auto first = cycles.find(places[begin].cycle);
    if (--first->second == 0)
      cycles.erase(first);
  }
  if (most == 0)
    return std::nullopt;
  window result;
  result.from = places[best_begin].phase;
  result.cycles = most;
  auto least = places[best_begin].cycle, last = least;
  for (auto i = best_begin; i < best_end; ++i) {
    result.members.push_back(places[i].index);
    least = std::min(least, places[i].cycle);
    last = std::max(last, places[i].cycle);
  }
  result.share = static_cast<double>(most) / static_cast<double>(last - least + 1);
  return result;
}

/// @returns how many moments there are if those within so short a time count as one: a burst is no
/// rhythm.
std::size_t count_bursts(const std::vector<double>& local, double width) {
  std::size_t result = 0;
  double last = -1e300;
  for (const auto x : local) {
    if (x - last > width)
      ++result;
    last = x;
  }
  return result;
}

} // namespace

std::optional<rhythm> find_rhythm(const std::vector<double>& local, std::size_t tests) {
  std::optional<rhythm> best;
  constexpr double least_share = 0.4; // of the cycles: fewer are no rhythm, however well they lie
  for (const auto& rule : periods)
    for (const auto width : rule.widths) {
      const auto found = fullest_window(local, rule.period, width);
      if (!found || found->cycles < rule.least || found->share < least_share)
        continue;
      const auto bursts = std::max(count_bursts(local, width), found->cycles);
      // Each moment may begin the window, and each rule may be the one that fits.
      const auto tried = static_cast<double>(bursts * periods.size() * rule.widths.size()
                                             * std::max<std::size_t>(tests, 1));
      const auto chance = binomial_tail(bursts - 1, found->cycles - 1, width / rule.period) * tried;
      if (chance > unlikely || (best && chance >= best->chance))
        continue;
      rhythm one;
      one.period = rule.period;
      one.from = found->from;
      one.to = found->from;
      one.chance = chance;
      one.members = found->members;
      std::sort(one.members.begin(), one.members.end());
      for (const auto i : one.members) {
        const auto phase = local[i] - std::floor(local[i] / rule.period) * rule.period;
        one.to = std::max(one.to, phase + (phase < found->from ? rule.period : 0));
      }
      best = std::move(one);
    }
  return best;
}

} // namespace pmactor
