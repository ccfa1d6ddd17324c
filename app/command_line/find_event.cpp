#include "app/command_line/find_event.hpp"

#include "app/command_line/none_match.hpp"
#include "app/command_line/parse_moment.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

bool is_more_telling(const event_row& a, const event_row& b) {
  return std::tuple{a.kind != "sleep", a.duration.value_or(0)}
         > std::tuple{b.kind != "sleep", b.duration.value_or(0)};
}

/// @returns seconds from the moment to the event; 0 within it, give or take half a second.
double distance_of(const event_row& x, double moment) {
  constexpr double close = 0.5;
  const auto from = x.started.value_or(0);
  const auto to = std::max(from, x.ended.value_or(from + x.duration.value_or(0)));
  const auto distance = std::max({0.0, from - moment, moment - to});
  return distance <= close ? 0 : distance;
}

} // namespace

std::optional<event_row> find_newest_event(event_reader& reader) {
  std::optional<event_row> newest;
  event_range range;
  range.parts = false; // the stall has it all
  reader.events(range, [&newest](const event_row& x) {
    if (x.kind == "sleep" || x.kind == "clock")
      return true; // why a machine slept, or a clock was set, is no riddle
    newest = x;
    return false;
  });
  return newest;
}

std::optional<event_name> parse_event_name(const std::string& text, std::chrono::nanoseconds now) {
  if (text == "last")
    return last_event{};
  std::int64_t number = 0;
  const auto* last = text.data() + text.size();
  if (const auto [end, problem] = std::from_chars(text.data(), last, number); end == last)
    return problem == std::errc{} && number > 0 ? std::optional<event_name>{number} : std::nullopt;
  if (text.find(':') == text.npos) // a day or a span names no event
    return std::nullopt;
  const auto moment = parse_moment(text, now);
  if (!moment)
    return std::nullopt;
  if (const auto span = span_named_by(text, *moment); span.to - span.from > 1s)
    return span;
  const auto second = std::chrono::floor<std::chrono::seconds>(*moment);
  return named_span{second, second + 1s};
}

std::vector<event_row> find_events(event_reader& reader, const event_name& name) {
  const auto one = [](std::optional<event_row> x) {
    return x ? std::vector<event_row>{std::move(*x)} : std::vector<event_row>{};
  };
  if (const auto* number = std::get_if<std::int64_t>(&name))
    return one(reader.find(*number));
  if (std::holds_alternative<last_event>(name))
    return one(find_newest_event(reader));
  const auto& span = std::get<named_span>(name);
  const bool is_second = span.to - span.from <= 1s;
  std::vector<event_row> result;
  const auto read = [&](const event_range& range) {
    reader.events(range, [&result](const event_row& x) {
      result.push_back(x);
      return true;
    });
  };
  event_range began;
  began.since = to_seconds(span.from);
  began.until = to_seconds(span.to);
  began.parts = is_second; // of a minute the stall has it all
  read(began);
  if (is_second && result.size() > 1)
    return {*std::max_element(result.begin(), result.end(),
                              [](const event_row& a, const event_row& b) { return is_more_telling(b, a); })};
  if (!result.empty())
    return result;
  event_range lasted;
  lasted.ends_after = to_seconds(span.from);
  lasted.until = to_seconds(span.to);
  lasted.parts = false;
  read(lasted);
  return result;
}

std::string not_one_event(const std::string& typed, const event_name& name, const std::vector<event_row>& found) {
  if (found.empty())
    return std::holds_alternative<named_span>(name)
             ? "No event began or lasted at " + typed + "; `pmactor events --at '" + typed
                 + "'` shows what was next to it."
             : "There is no event " + typed + "; `pmactor events` lists those there are.";
  std::string numbers;
  for (auto x = found.rbegin(); x != found.rend(); ++x)
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(x->id);
  return "These events were at " + typed + ": " + numbers + "; write the number of one.";
}

std::string no_event_matches(event_reader& reader, event_range asked) {
  event_range all;
  const auto of_all = reader.count(all);
  if (of_all == 0)
    return "No events: nothing was paused or asleep as far as is recorded.";
  all.parts = false;
  const auto whole = reader.count(all);
  if (asked.parts)
    return none_match("event", of_all, whole == of_all ? "pmactor events" : "pmactor events --parts");
  asked.parts = true;
  if (const auto parts = reader.count(asked); parts > 0)
    return "No event matches, but " + std::to_string(parts)
           + (parts == 1 ? " that is part of a stall does" : " that are part of a stall do") + ", which --parts shows.";
  return whole > 0 ? none_match("event", whole, "pmactor events")
                   : none_match("event", of_all, "pmactor events --parts");
}

std::optional<near_event> find_event_near(event_reader& reader, double moment) {
  for (const double reach : {1.0, 600.0, 86400.0, 30 * 86400.0}) {
    event_range range;
    range.ends_after = moment - reach;
    range.until = moment + reach;
    std::optional<near_event> best;
    reader.events(range, [&](const event_row& x) {
      const auto distance = distance_of(x, moment);
      if (!best || distance < best->distance || (distance == best->distance && is_more_telling(x, best->event)))
        best = near_event{x, distance};
      return true;
    });
    if (best)
      return best;
  }
  return std::nullopt;
}

} // namespace pmactor
