#include "app/settings/suggest_thresholds.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace pmactor {
namespace {

/// Less than this of stored time says little of a machine.
constexpr double least_seconds = 6 * 3600;
/// How much of the ordinary time may be called elevated. Each such second is stored in full.
constexpr double elevated_share = 0.01;
constexpr double critical_share = 0.001;
constexpr std::size_t least_pauses = 3;

std::size_t bin_of(double stress) {
  return stress > 0 ? static_cast<std::size_t>(std::lround(std::min(stress, 100.0) * 10)) : 0;
}

double median(std::vector<double> xs) {
  const auto middle = xs.begin() + static_cast<std::ptrdiff_t>(xs.size() / 2);
  std::nth_element(xs.begin(), middle, xs.end());
  return *middle;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// @returns whether the line sets this key, or would if it were no comment.
bool sets(std::string_view line, std::string_view name) {
  while (!line.empty() && (is_blank(line.front()) || line.front() == '#'))
    line.remove_prefix(1);
  if (line.substr(0, name.size()) != name)
    return false;
  line.remove_prefix(name.size());
  while (!line.empty() && is_blank(line.front()))
    line.remove_prefix(1);
  return !line.empty() && line.front() == '=';
}

/// @returns by how many brackets the line opens more than it closes, in texts and comments none.
int open_brackets(std::string_view line) {
  int result = 0;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\' && quote == '"')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      break;
    } else {
      result += c == '[' ? 1 : c == ']' ? -1 : 0;
    }
  }
  return result;
}

} // namespace

void stress_histogram::add(double stress, double weight) {
  if (!(weight > 0))
    return;
  seconds_of_[bin_of(stress)] += weight;
  seconds_ += weight;
}

double stress_histogram::quantile(double share) const {
  double below = 0;
  for (std::size_t i = 0; i < seconds_of_.size(); ++i) {
    below += seconds_of_[i];
    if (seconds_ > 0 && below >= share * seconds_)
      return static_cast<double>(i) / 10;
  }
  return 0;
}

double stress_histogram::share_at_least(double stress) const {
  double above = 0;
  for (auto i = bin_of(stress); i < seconds_of_.size(); ++i)
    above += seconds_of_[i];
  return seconds_ > 0 ? above / seconds_ : 0;
}

suggestion suggest_thresholds(const stress_histogram& seen,
                              const std::vector<double>& before_pauses, const thresholds& now) {
  suggestion result;
  const auto say = [&result](std::string sentence) {
    result.reasons.push_back(std::move(sentence));
  };
  if (seen.seconds() < least_seconds) {
    say(printed(
      "Only %.1f hours are stored; %.0f are needed before they show what is ordinary here.",
      seen.seconds() / 3600, least_seconds / 3600));
    return result;
  }
  const auto ordinary = seen.quantile(1 - elevated_share);
  say(printed("Of %.1f stored hours, %.0f %% had %.1f points of stress or less.",
                seen.seconds() / 3600, (1 - elevated_share) * 100, ordinary));
  auto values = now;
  values.elevation = std::clamp(std::ceil(ordinary + 1), 10.0, 70.0);
  if (before_pauses.size() >= least_pauses) {
    const auto typical = median(before_pauses);
    say(printed("Half of the %zu pauses came after %.1f points or more.", before_pauses.size(),
                  typical));
    // Earlier is better if it costs little: at most five times the ordinary share.
    const auto earlier = std::max(10.0, std::floor(typical));
    if (earlier < values.elevation && seen.share_at_least(earlier) <= 5 * elevated_share) {
      values.elevation = earlier;
      say(printed("Watching closely from there on takes %.1f %% of the time, which is little.",
                    seen.share_at_least(earlier) * 100));
    } else if (earlier < values.elevation) {
      say(printed(
        "Watching closely from there on would take %.0f %% of the time: stress alone does not "
        "announce the pauses of this machine.",
        seen.share_at_least(earlier) * 100));
    }
  } else {
    say(printed("With %zu pauses so far nothing is known of what announces them.",
                  before_pauses.size()));
  }
  values.critical =
    std::clamp(std::ceil(seen.quantile(1 - critical_share) + 1), values.elevation + 15, 95.0);
  values.calm = std::max(5.0, std::floor(values.elevation * 2 / 3));
  values.relief = std::max(values.calm, std::floor(values.critical * 3 / 4));
  say(printed(
    "A threshold of %.0f is exceeded in %.2f %% of the time (now: %.0f, %.2f %%), one of %.0f in "
    "%.3f %% (now: %.0f, %.3f %%).",
    values.elevation, seen.share_at_least(values.elevation) * 100, now.elevation,
    seen.share_at_least(now.elevation) * 100, values.critical,
    seen.share_at_least(values.critical) * 100, now.critical,
    seen.share_at_least(now.critical) * 100));
  result.values = values;
  return result;
}

namespace {

/// @returns the text without the heading that begins there if nothing, not even a comment, stands behind or below it.
std::string without_empty_section(std::string text, std::size_t heading) {
  const auto close = std::min(text.find(']', heading), text.size() - 1) + 1;
  const auto below = std::min(text.find('\n', heading), text.size() - 1) + 1;
  const auto next = std::min(text.find_first_not_of(" \t\r\n", close), text.size());
  const auto line = text.rfind('\n', next) == std::string::npos ? 0 : text.rfind('\n', next) + 1;
  if (next < text.size() && (text[next] != '[' || line < below))
    return text;
  // The blank line that parts it from what is above goes with it; above the first one nothing has to be parted.
  if (heading == 0)
    return text.erase(0, std::max(line, below));
  const auto from = heading > 1 && text[heading - 2] == '\n' ? heading - 1 : heading;
  return text.erase(from, below - from);
}

} // namespace

std::string with_setting(std::string text, const std::string& key, const std::string& value) {
  const auto dot = key.rfind('.');
  const auto section = '[' + key.substr(0, dot) + ']', name = key.substr(dot + 1);
  const auto line = name + " = " + value;
  if (!text.empty() && text.back() != '\n')
    text += '\n';
  bool inside = false;
  std::size_t after_header = std::string::npos, comment = std::string::npos, comment_size = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    auto current = std::string_view{text}.substr(begin, end - begin);
    while (!current.empty() && is_blank(current.front()))
      current.remove_prefix(1);
    if (!current.empty() && current.front() == '[') {
      inside = current.substr(0, section.size()) == section;
      if (inside)
        after_header = end + 1;
    } else if (inside && sets(current, name)) {
      if (current.front() != '#') {
        text.replace(begin, end - begin, line);
        return text;
      }
      comment = begin;
      comment_size = end - begin;
    }
    begin = end + 1;
  }
  if (comment != std::string::npos)
    text.replace(comment, comment_size, line);
  else if (after_header != std::string::npos)
    text.insert(after_header, line + '\n');
  else
    text += (text.empty() ? "" : "\n") + section + '\n' + line + '\n';
  return text;
}

std::string without_setting(std::string text, const std::string& key) {
  const auto dot = key.rfind('.');
  const auto section = '[' + key.substr(0, dot) + ']', name = key.substr(dot + 1);
  bool inside = false;
  std::size_t heading = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    auto current = std::string_view{text}.substr(begin, end - begin);
    while (!current.empty() && is_blank(current.front()))
      current.remove_prefix(1);
    if (!current.empty() && current.front() == '[') {
      inside = current.substr(0, section.size()) == section;
      heading = begin;
    } else if (inside && !current.empty() && current.front() != '#' && sets(current, name)) {
      for (auto open = open_brackets(current); open > 0 && end < text.size();) {
        const auto next = std::min(text.find('\n', end), text.size() - 1) + 1;
        open += open_brackets(std::string_view{text}.substr(end, next - end));
        end = next;
      }
      text.erase(begin, end - begin);
      return without_empty_section(std::move(text), heading);
    }
    begin = end;
  }
  return text;
}

} // namespace pmactor
