#include "app/history/mark_rows.hpp"

#include "app/views/event_values.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace pmactor {
namespace {

/// @returns the text behind the sign of what is no row, with a line feed, in as many lines as it takes.
std::string marked(const std::string& text, std::size_t width) {
  const std::string margin = "  ~ ", next_margin = "    ";
  if (width == 0)
    return margin + text + '\n';
  std::string result;
  for (const auto& line : wrapped(text, width - std::min(width, margin.size())))
    result += (result.empty() ? margin : next_margin) + line + '\n';
  return result;
}

std::string words_of(const row_event& x) {
  return moment_words(x.time.from, "%T") + ' ' + x.kind + ' ' + std::to_string(x.id) + ", "
         + (x.lasted > 0 ? span_words(x.lasted) : "lasts") + (x.why.empty() ? "" : ": " + x.why);
}

/// @returns "9 pauses, 31.2 s; 3 stalls, 40.0 s"
std::string sum_of(const std::vector<row_event>& events) {
  std::map<std::string, std::pair<std::size_t, double>> kinds;
  for (const auto& x : events) {
    ++kinds[x.kind].first;
    kinds[x.kind].second += x.lasted;
  }
  std::string result;
  for (const auto& [kind, sum] : kinds)
    result += (result.empty() ? "" : "; ") + std::to_string(sum.first) + " x " + kind + ", "
              + span_words(sum.second);
  return result;
}

} // namespace

std::string row_marker::before(double time) {
  std::vector<row_event> between;
  std::vector<stretch> stops;
  if (accounted_ > last_)
    stops.push_back({last_, accounted_}); // it began before the last row and goes on
  for (; next_ < events_.size() && events_[next_].time.from < time; ++next_) {
    const auto& x = events_[next_];
    if (x.stops_recording) {
      stops.push_back(x.time);
      accounted_ = std::max(accounted_, x.time.to);
    }
    if (last_ > 0 && (x.is_news || x.time.from >= last_))
      between.push_back(x);
  }
  const auto last = std::exchange(last_, time);
  if (last <= 0)
    return {};
  std::string result;
  if (between.size() > most_)
    result = marked(sum_of(between), width_);
  else
    for (const auto& x : between)
      result += marked(words_of(x), width_);
  if (const auto missing = total_of(without({{last, time}}, merged(stops))); missing > longest_)
    result += marked("nothing is recorded for " + span_words(missing), width_);
  return result;
}

} // namespace pmactor
