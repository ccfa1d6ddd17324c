#include "app/top/summarize_event.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_list.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"

#include <algorithm>
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

/// @returns "pause 3, 4.56 s: a signal stopped pmactor (pmactor alone)". Escaped.
std::string about(const event_row& x) {
  const auto length = stall_lasts(x) ? std::string{", lasts"} : x.duration ? ", " + length_in_words(x) : std::string{};
  return escaped(kind_in_words(x)) + ' ' + std::to_string(x.id) + length + ": " + event_reason(x) + held_up(x);
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
  return result;
}

} // namespace pmactor
