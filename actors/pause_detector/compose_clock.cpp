#include "actors/pause_detector/compose_clock.hpp"

#include "messages/event_facts.hpp"
#include "messages/words.hpp"

#include <array>
#include <cmath>
#include <ctime>

namespace pmactor {
namespace {

/// In UTC, with milliseconds: local time may be what was set.
std::string moment(std::chrono::nanoseconds wall) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wall);
  const auto whole = static_cast<std::time_t>(seconds.count());
  std::tm broken{};
  std::array<char, 40> text{};
  if (::gmtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &broken) == 0)
    return "?";
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(wall - seconds).count();
  return text.data() + printed(".%03d UTC", static_cast<int>(ms));
}

} // namespace

std::string step_words(std::chrono::nanoseconds step) {
  const bool is_back = step < std::chrono::nanoseconds{};
  return std::string{is_back ? "back" : "forward"} + " by " + spelled(is_back ? -step : step);
}

pause_event compose_clock_event(const clock_step& step) {
  event_facts facts;
  facts.title = "the wall clock was set " + step_words(step.by);
  facts.add("before", moment(step.at.wall - step.by));
  facts.add("after", moment(step.at.wall));
  facts.add("step", to_seconds(step.by));
  pause_event result;
  result.kind = event_kind::clock;
  result.before = result.after = step.at;
  result.uncertainty = step.within / 2;
  result.started = result.ended = step.at.wall - result.uncertainty;
  result.id = mint_event_id(event_kind::clock, result.started);
  result.facts = to_json(facts);
  return result;
}

} // namespace pmactor
