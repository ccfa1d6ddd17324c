#include "app/views/event_list.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t lasted_width = 10, kind_width = 8;
/// Seconds from which on a length is worth a glance, and from which on it is grave.
constexpr double notable = 1, grave = 10;

std::string why(const event_row& x, const event_parts& parts) {
  std::string result;
  const auto cause = x.kind == "outage" ? std::nullopt : pause_cause_from(x.cause);
  if (x.kind == "critical")
    result = "critical stress";
  else if (x.kind == "stall")
    result = escaped(stall_in_words(x));
  else
    result = cause ? cause_in_words(*cause, confidence::high) : event_reason(x);
  const bool has_cause = cause.has_value() || x.kind == "outage";
  const bool is_known = has_cause && x.cause != to_string(pause_cause::unexplained);
  if (is_known && confidence_of(x) == confidence::low)
    result += '?';
  if (parts.count > 0)
    result += ", " + std::to_string(parts.count) + (parts.count == 1 ? " pause" : " pauses");
  if (x.part_of)
    result += " (stall)";
  if (x.status == "pinned")
    result += " *";
  return result;
}

/// @returns whom it is blamed on; of a pause of pmactor alone that is blamed on none, that it was alone.
/// @param room in cells.
std::string who_of(const event_row& x, std::size_t room) {
  if (const auto suspect = main_suspect(x); !suspect.empty())
    return escaped(suspect);
  if (x.kind != "pause" || pause_scope_from(x.scope) != pause_scope::daemon_only)
    return "-";
  return of_pmactor_alone.size() <= room ? std::string{of_pmactor_alone} : "itself";
}

paint paint_of_length(const event_row& x) {
  const auto length = x.duration.value_or(0);
  return x.kind == "sleep" || length < notable ? paint::plain : length < grave ? paint::yellow : paint::red;
}

} // namespace

event_list::layout event_list::layout_of(std::optional<std::size_t> width) {
  // Why it was is what people look for: where there is little room, the others leave it most.
  constexpr std::size_t roomy = 84, narrow = 72;
  if (!width || *width >= roomy)
    return {"%Y-%m-%d %H:%M:%S", 19, 14};
  return *width >= narrow ? layout{"%Y-%m-%d %H:%M:%S", 19, 12} : layout{"%m-%d %H:%M:%S", 14, 0};
}

std::string event_list::line(const std::string& id, const std::string& started, const std::string& lasted,
                             const std::string& kind, const std::string& who, const std::string& why, paint of_length,
                             paint of_line) const {
  const auto cell = [this](const std::string& text, std::size_t width) { return padded(cut(text, width, style_), width); };
  const auto front = padded_left(id, id_width_) + ' ' + cell(started, layout_.started) + ' ';
  const auto length = cell(lasted, lasted_width);
  auto rest = ' ' + cell(kind, kind_width) + ' ' + (layout_.who > 0 ? cell(who, layout_.who) + ' ' : "") + why;
  if (width_) {
    const auto used = width_of(front) + width_of(length);
    rest = cut(rest, *width_ > used ? *width_ - used : 0, style_);
  }
  rest = spelled(std::move(rest), style_);
  if (of_line != paint::plain)
    return painted(front + length + rest, of_line, style_) + '\n';
  return front + painted(spelled(length, style_), of_length, style_) + rest + '\n';
}

std::string event_list::heading() const {
  return line("ID", "STARTED", "LASTED", "KIND", "WHO", "WHY", paint::plain, paint::bold);
}

std::string event_list::row(const event_row& x, const event_parts& parts) const {
  return line(std::to_string(x.id), moment_words(x.started, layout_.moment), length_in_words(x),
              escaped(kind_in_words(x)), who_of(x, layout_.who), why(x, parts), paint_of_length(x),
              stall_lasts(x) ? paint::red : x.kind == "sleep" ? paint::dim : paint::plain);
}

std::string event_list::add(const event_row& x, const event_parts& parts) {
  if (id_width_ == 0)
    id_width_ = std::max<std::size_t>(std::to_string(x.id).size(), 2);
  return (std::exchange(has_heading_, true) ? std::string{} : heading()) + row(x, parts);
}

} // namespace pmactor
