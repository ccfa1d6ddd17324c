#include "app/patterns/read_patterns.hpp"

#include "app/patterns/render_patterns.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_samples.hpp"

#include <algorithm>
#include <array>

namespace pmactor {
namespace {

constexpr std::size_t most_events = 100'000;

bool may_repeat(const event_row& x) {
  constexpr std::array kinds{"pause", "stall", "critical", "incident", "slowed", "outage"};
  return x.started && std::any_of(kinds.begin(), kinds.end(), [&x](const char* kind) {
           return kind_in_words(x) == kind; // a stop is ordered, and no trouble
         });
}

/// @returns the unit of the doer with this name, the most harmful of several.
std::string unit_of(const nlohmann::ordered_json& blame, const std::string& name) {
  for (const auto& one : list_at(blame, "doers"))
    if (text_at(one, "name") == name)
      return text_at(one, "unit");
  return {};
}

} // namespace

std::optional<past_event> past_event_of(const event_row& x) {
  if (!may_repeat(x))
    return std::nullopt;
  thread_local zone_offset zone;
  past_event result;
  result.id = x.id;
  result.at = *x.started;
  result.local = result.at + zone.at(result.at);
  result.lasted = x.duration.value_or(0);
  auto& traits = result.traits;
  traits.kind = x.kind;
  traits.cause = x.cause;
  const auto stall = parsed(x.stall);
  traits.resource = text_at(stall, "resource");
  traits.name = text_at(stall, "name");
  // What is recorded to have done it stands first among the culprits as well; where blame is only a
  // share of what was used meanwhile, they know better.
  if (const auto name = main_suspect(x); !name.empty()) {
    traits.doer = common_name(name);
    result.unit = unit_of(parsed(x.blame), name);
  }
  return result;
}

std::vector<past_event> read_past_events(event_reader& events, std::optional<double> since,
                                         std::optional<double> until) {
  std::vector<past_event> result;
  event_range range;
  range.since = since;
  range.until = until;
  range.parts = false;
  range.limit = most_events;
  events.events(range, [&result](const event_row& x) {
    if (auto one = past_event_of(x))
      result.push_back(std::move(*one));
    return true;
  });
  return result;
}

event_likeness compare(const event_row& event, event_reader& events, double now) {
  const auto self = past_event_of(event);
  if (!self)
    return {};
  const auto all = read_past_events(events, std::nullopt, std::nullopt);
  const auto like = find_likeness(event.id, all, find_patterns(all));
  return {fingerprint_of(self->traits), likeness_words(like, now), like.others};
}

} // namespace pmactor
