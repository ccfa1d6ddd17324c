#include "app/patterns/render_patterns.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/json_form.hpp"
#include "messages/stall.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr double minute = 60, hour = 3600, day = 86400, week = 7 * day;
constexpr std::size_t margin = 8; ///< Of what a pattern is, in front of which is how often.

/// @returns "03:10" of seconds since midnight.
std::string clock_words(double seconds) {
  const auto minutes = static_cast<int>(std::floor(seconds / minute)) % (24 * 60);
  return printed("%02d:%02d", minutes / 60, minutes % 60);
}

std::string clock_range(double from, double to) {
  const auto first = clock_words(from), last = clock_words(to);
  return first == last ? first : first + "–" + last;
}

std::string every_words(double period) {
  return period >= hour ? printed("every %.0f h", period / hour)
                        : printed("every %.0f min", period / minute);
}

std::string plural(std::size_t count, const char* one, const char* many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

std::string span_range(const pattern& x) {
  const auto shortest = span_words(x.shortest), longest = span_words(x.longest);
  return shortest == longest ? longest : shortest + " to " + longest;
}

json text_or_null(const std::string& x) {
  return x.empty() ? json{} : json(x);
}

json traits_json(const event_traits& x, const std::string& unit) {
  return {{"kind", x.kind},
          {"cause", text_or_null(x.cause)},
          {"resource", text_or_null(x.resource)},
          {"resource_name", text_or_null(x.name)},
          {"doer", text_or_null(x.doer)},
          {"unit", text_or_null(unit)}};
}

/// @param front as wide as the margin, however many bytes its colours take.
std::string folded_line(const std::string& front, const std::string& text, const text_style& style) {
  std::string result = front;
  bool first = true;
  for (const auto& line : wrapped(text, std::max<std::size_t>(style.width, 20) - 1 - margin)) {
    result += (first ? "" : std::string(margin, ' ')) + line + '\n';
    first = false;
  }
  return result;
}

} // namespace

std::string in_words(const event_traits& x, const std::string& unit) {
  std::string result;
  if (const auto resource = stall_resource_from(x.resource)) {
    result = in_words(*resource, x.name) + " did not answer";
  } else if (x.kind == "critical") {
    result = "critical stress";
  } else if (const auto cause = pause_cause_from(x.cause)) {
    result = x.kind == "pause" ? cause_in_words(*cause, confidence::high)
                               : x.kind + ": " + cause_in_words(*cause, confidence::high);
  } else {
    result = x.kind;
  }
  if (!x.doer.empty())
    result += ", by " + x.doer + (unit.empty() || unit == x.doer ? "" : " of " + unit);
  return escaped(result);
}

std::string rhythm_words(const pattern& x) {
  if (!x.beat)
    return "at no regular time";
  const auto& beat = *x.beat;
  if (beat.period == week) {
    static constexpr std::array days{"Thursdays", "Fridays",  "Saturdays", "Sundays",
                                     "Mondays",   "Tuesdays", "Wednesdays"};
    const auto which = static_cast<std::size_t>(beat.from / day) % days.size();
    return std::string{days[which]} + ' ' + clock_range(beat.from, beat.to);
  }
  if (beat.period == day)
    return (x.on_weekdays ? "weekdays " : "daily ") + clock_range(beat.from, beat.to);
  if (beat.period == hour) {
    const auto first = static_cast<int>(beat.from / minute),
               last = static_cast<int>(beat.to / minute);
    return printed("hourly at :%02d", first % 60)
           + (first == last ? "" : printed("–:%02d", last % 60));
  }
  if (beat.period > hour)
    return every_words(beat.period) + ", as at " + clock_range(beat.from, beat.to);
  return every_words(beat.period);
}

std::string day_words(double when, double now) {
  const auto date = moment_words(when, "%F");
  const auto time = moment_words(when, " %H:%M");
  if (date == moment_words(now, "%F"))
    return "today" + time;
  if (date == moment_words(now - day, "%F"))
    return "yesterday" + time;
  return date + time;
}

std::string likeness_words(const likeness& x, double now) {
  if (x.others == 0)
    return {};
  std::string result = "like " + plural(x.others, "other", "others");
  if (x.last_before)
    result += ", the last before it " + day_words(*x.last_before, now);
  if (x.in && x.in->beat)
    result += "; " + rhythm_words(*x.in);
  return result;
}

std::string render_patterns(const found_patterns& x, double now, const text_style& style) {
  std::string result;
  if (x.patterns.empty())
    for (const auto& line : wrapped((x.rest.empty() ? "Nothing repeats among " + plural(x.events, "event", "events")
                                                    : "Of " + plural(x.events, "event", "events")
                                                        + " none come at regular times, or oftener than others do")
                                      + '.',
                                    std::max<std::size_t>(style.width, 20) - 1))
      result += line + '\n';
  for (const auto& one : x.patterns) {
    result += folded_line(painted(padded_left(grouped(one.count()), 5), paint::bold, style) + " × ",
                          in_words(one.traits, one.unit), style);
    result += folded_line(std::string(margin, ' '),
                          rhythm_words(one) + ", " + span_range(one) + "; last " + day_words(one.last, now), style);
    result += "        " + painted(one.fingerprint, paint::dim, style) + '\n';
  }
  if (!x.rest.empty()) {
    result += x.patterns.empty() ? "\nMore than once came\n" : "\nBesides, more than once and at no regular time\n";
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < x.rest.size() && i < most; ++i)
      result += folded_line(padded_left(grouped(x.rest[i].count), 5) + " × ",
                            in_words(x.rest[i].traits, x.rest[i].unit) + "; last "
                              + day_words(x.rest[i].last, now),
                            style);
    if (x.rest.size() > most)
      result += "        and " + plural(x.rest.size() - most, "kind", "kinds")
                + " more that came at least twice\n";
  }
  return spelled(std::move(result), style);
}

std::string patterns_json(const found_patterns& x) {
  json patterns = json::array(), rest = json::array();
  for (const auto& one : x.patterns) {
    auto object = json{{"fingerprint", one.fingerprint}};
    object.update(traits_json(one.traits, one.unit));
    object["words"] = in_words(one.traits, one.unit);
    object["count"] = one.count();
    object["rhythm"] = one.beat ? json(rhythm_words(one)) : json{};
    object["period"] = one.beat ? json(one.beat->period) : json{};
    object["from"] = one.beat ? json(one.beat->from) : json{};
    object["to"] = one.beat ? json(one.beat->to) : json{};
    object["shortest"] = one.shortest;
    object["longest"] = one.longest;
    put_moment(object, "first", std::optional{one.first});
    put_moment(object, "last", std::optional{one.last});
    object["events"] = one.ids;
    patterns.push_back(std::move(object));
  }
  for (const auto& one : x.rest) {
    auto object = traits_json(one.traits, one.unit);
    object["count"] = one.count;
    put_moment(object, "last", std::optional{one.last});
    rest.push_back(std::move(object));
  }
  auto document = begin_json();
  document.update(
    {{"events", x.events}, {"patterns", std::move(patterns)}, {"rest", std::move(rest)}});
  return dumped(document, false);
}

} // namespace pmactor
