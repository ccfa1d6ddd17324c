#include "actors/storage_writer/tally_events.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <utility>

namespace pmactor {
namespace {

constexpr double known_after = 5;      ///< Seconds from its end until an event is known in full, as a rule.
/// Then a scope that is not known stays unknown, as where there is no second witness. That does not
/// depend on how often the sampler writes: only a document that was due before the pause ended makes
/// a scope known, and that one is written as soon as the pause is over (decide_scope).
constexpr double given_up_after = 20;
constexpr std::size_t most_lasting = 64;

/// @returns the text if it is a word as we store them, else "other", so that no foreign bytes become a label.
std::string word_of(const std::string& text) {
  constexpr std::size_t longest_word = 40;
  const bool is_word = text.size() <= longest_word && std::all_of(text.begin(), text.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                       });
  return is_word ? text : "other";
}

std::size_t bucket_of(double duration) {
  return static_cast<std::size_t>(std::lower_bound(duration_edges.begin(), duration_edges.end(), duration)
                                  - duration_edges.begin());
}

void note_newest(std::map<std::string, newest_event>& newest, const tallied_event& x) {
  const auto at = x.lasts || !x.ended ? x.started : x.ended;
  if (at)
    newest[word_of(x.kind)] = {*at, x.lasts ? std::nullopt : x.duration};
}

} // namespace

bool is_settled(const tallied_event& x, double now) {
  if (x.lasts)
    return false;
  if (!x.ended)
    return true;
  const double age = now - *x.ended;
  if (age > given_up_after || age < -given_up_after) // the wall clock may have been set
    return true;
  return age > known_after && (x.kind != "pause" || x.scope != "unknown");
}

std::uint64_t event_total::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void count_event(event_totals& totals, const tallied_event& x) {
  event_class which{word_of(x.kind), word_of(x.cause), word_of(x.scope), word_of(x.detail)};
  if (totals.size() >= most_event_classes && totals.find(which) == totals.end())
    which = {"other", "other", "other", "other"};
  auto& total = totals[which];
  const double duration = std::max(0.0, x.duration.value_or(0));
  const auto bucket = bucket_of(duration);
  ++total.counts[bucket];
  total.seconds += duration;
  if (x.event_id)
    total.newest[bucket] = event_total::example{*x.event_id, duration, x.ended.value_or(x.started.value_or(0))};
}

event_tally event_counter::take(const std::vector<tallied_event>& rows, double now) {
  event_tally result;
  std::vector<const tallied_event*> later; // settled, but behind one that is not
  bool all_settled = true;
  for (const auto& x : rows) {
    const bool settled = is_settled(x, now);
    all_settled = all_settled && settled;
    if (all_settled) {
      count_event(settled_, x);
      note_newest(newest_, x);
      through_ = std::max(through_, x.id);
    } else if (settled) {
      later.push_back(&x);
    }
    if (x.lasts && result.lasting.size() < most_lasting)
      result.lasting.push_back(x);
  }
  result.totals = settled_;
  for (const auto* x : later)
    count_event(result.totals, *x);
  result.newest = newest_;
  for (const auto& x : rows)
    if (x.id > through_)
      note_newest(result.newest, x);
  return result;
}

std::string to_text(const event_totals& x) {
  std::string result;
  const auto word = [](const std::string& text) { return text.empty() ? std::string{"-"} : text; };
  for (const auto& [which, total] : x) {
    result += word(which.kind) + ' ' + word(which.cause) + ' ' + word(which.scope) + ' ' + word(which.detail);
    for (const auto count : total.counts)
      result += ' ' + std::to_string(count);
    char seconds[40];
    std::snprintf(seconds, sizeof seconds, " %.17g\n", total.seconds);
    result += seconds;
  }
  return result;
}

event_totals parse_event_totals(std::string_view text) {
  event_totals result;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line) && result.size() < most_event_classes;) {
    std::istringstream words{line};
    std::array<std::string, 4> names;
    event_total total;
    for (auto& x : names)
      words >> x;
    for (auto& x : total.counts)
      words >> x;
    words >> total.seconds;
    if (!words || !std::isfinite(total.seconds) || total.seconds < 0)
      continue;
    for (auto& x : names)
      x = x == "-" ? "" : word_of(x);
    result[{names[0], names[1], names[2], names[3]}] = total;
  }
  return result;
}

} // namespace pmactor
