#include "app/top/summarize_event.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_list.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

namespace pmactor {
namespace {

/// @returns what a pause held up, if that is not known to be the machine; else nothing.
std::string held_up(const event_row& x) {
  const auto cause = pause_cause_from(x.cause).value_or(pause_cause::unexplained);
  const auto scope = pause_scope_from(x.scope).value_or(pause_scope::unknown);
  const bool is_of_part = scope == pause_scope::daemon_only || may_have_spared_others(scope, cause);
  if (x.kind != "pause" || cause == pause_cause::asleep || !is_of_part)
    return {};
  return " (" + std::string{words_of_scope(x.scope).what} + ')';
}

/// @returns why it was; of critical stress with its points, which distinguish it from others.
std::string reason(const event_row& x) {
  const auto result = event_reason(x);
  if (x.kind != "critical")
    return result;
  const auto points = points_in_words(x, {});
  if (points.empty())
    return result + (x.stress_total ? printed(" %.0f", *x.stress_total) : std::string{});
  double sum = 0; // the whole may have a part for late beats, which make nothing critical
  for (const auto& part : {x.stress_load, x.stress_memory, x.stress_thermal, x.stress_io})
    sum += part.value_or(0);
  return result + printed(" %.0f = ", std::min(sum, 100.0)) + points;
}

/// @returns "pause 3, 4.56 s: a signal stopped pmactor (pmactor alone)",
/// "critical 15, 12.0 s: critical stress 72 = load 40 + memory 30 + thermal 2". Escaped.
std::string about(const event_row& x) {
  const auto length = stall_lasts(x) ? std::string{", lasts"} : x.duration ? ", " + length_in_words(x) : std::string{};
  return escaped(kind_in_words(x)) + ' ' + std::to_string(x.id) + length + ": " + reason(x) + held_up(x);
}

} // namespace

top_event summarize_event(const event_row& x, const event_parts& parts) {
  top_event result;
  result.id = x.id;
  result.kind = kind_in_words(x);
  result.from = x.started.value_or(0);
  result.lasts = stall_lasts(x);
  result.to = result.lasts ? 1e300 : std::max(result.from, x.ended.value_or(result.from));
  result.line = event_list{{}, std::nullopt, top_id_width}.row(x, parts);
  result.line.pop_back();
  result.about = about(x);
  result.is_of_machine = x.kind == "outage" && was_of_machine(x);
  return result;
}

std::size_t digest_event(const event_row& x) {
  std::size_t result = 0;
  const auto mix = [&result](std::size_t one) {
    result = (result ^ one) * 0x9e3779b97f4a7c15u + (result >> 7);
  };
  for (const auto* text :
       {&x.kind, &x.cause, &x.confidence, &x.culprits, &x.stall, &x.facts, &x.status, &x.blame})
    mix(std::hash<std::string>{}(*text));
  for (const auto& number : {x.started, x.ended, x.duration, x.stress_total})
    mix(std::hash<double>{}(number.value_or(-1)));
  return result;
}

} // namespace pmactor
