#include "app/export/exported_event.hpp"

#include "actors/notifier/clean_text.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "messages/words.hpp"

#include <array>
#include <cmath>

namespace pmactor {
namespace {

constexpr std::size_t longest_text = 500, longest_object = 8192;

/// @returns the processes that it names: "rsync (4711): wrote 298 MB/s, …".
std::string suspects_of(const event_row& x) {
  constexpr std::size_t most = 5;
  std::string result;
  std::size_t count = 0;
  const auto all = parsed(x.culprits);
  if (!all.is_array())
    return result;
  for (const auto& one : all) {
    if (++count > most)
      break;
    const auto pid = number_at(one, "pid");
    const auto reason = text_at(one, "reason");
    result += (result.empty() ? "" : ", ") + text_at(one, "name")
              + (pid.value_or(0) > 0 ? " (" + std::to_string(std::llround(*pid)) + ')' : "")
              + (reason.empty() ? "" : ": " + reason);
  }
  return result;
}

std::string evidence_of(const event_row& x) {
  std::string result;
  const auto all = parsed(x.evidence);
  if (!all.is_array())
    return result;
  for (const auto& one : all)
    if (const auto says = text_at(one, "says"); !says.empty())
      result += (result.empty() ? "" : "; ") + says;
  return result;
}

std::string cause_words(const event_row& x) {
  const auto cause = pause_cause_from(x.cause);
  return cause ? cause_in_words(*cause, confidence_of(x)) : "";
}

std::string summary_of(const event_row& x, bool lasts) {
  const auto length = x.duration ? " for " + span_words(x.duration) : "";
  const auto cause = cause_words(x);
  if (x.kind == "pause")
    return "Paused" + length + (cause.empty() ? "" : ": " + cause);
  if (x.kind == "sleep")
    return "Asleep" + length;
  if (x.kind == "stall")
    return capitalised(stall_in_words(x)) + (lasts ? "" : length);
  if (x.kind == "critical")
    return lasts ? "Critical stress" : "Critical stress" + length;
  const auto title = text_at(parsed(x.facts), "title");
  const auto says = title.empty() ? cause : title;
  return capitalised(kind_in_words(x)) + (lasts ? "" : length) + (says.empty() ? "" : ": " + says);
}

} // namespace

bool event_lasts(const event_row& x) {
  if (x.kind == "critical")
    return x.duration.value_or(0) == 0 && x.evidence.empty();
  const auto facts = parsed(x.facts);
  const auto over = facts.is_object() ? facts.find("over") : facts.end();
  return stall_lasts(x) || (over != facts.end() && *over == false);
}

tallied_event facts_of(const event_row& x) {
  tallied_event result;
  result.id = x.id;
  result.event_id = x.event_id;
  result.kind = x.kind;
  result.cause = x.cause;
  result.scope = x.scope;
  result.detail = x.kind == "stall" ? text_at(parsed(x.stall), "resource")
                  : x.kind == "outage" ? text_at(parsed(x.facts), "cause")
                                       : "";
  result.started = x.started;
  result.ended = x.ended;
  result.duration = x.duration;
  result.lasts = event_lasts(x);
  return result;
}

exported_event describe_event(const event_row& x) {
  exported_event result;
  result.id = x.id;
  if (x.event_id)
    result.event_id = std::to_string(*x.event_id);
  result.kind = clean_text(x.kind, 32);
  result.lasts = event_lasts(x);
  result.started = x.started.value_or(0);
  if (!result.lasts) {
    result.ended = x.ended;
    result.duration = x.duration;
  }
  result.is_urgent = x.kind != "sleep" && x.kind != "clock" && kind_in_words(x) != stop_kind
                     && x.scope != "daemon_only";
  result.summary = clean_text(summary_of(x, result.lasts), longest_text);
  const auto add = [&result](const char* name, const std::string& text, std::size_t most = longest_text) {
    if (auto clean = clean_text(text, most); !clean.empty())
      result.facts.emplace_back(name, std::move(clean));
  };
  add("cause", x.cause, 32);
  add("confidence", x.confidence, 32);
  add("scope", x.scope, 32);
  add("resource", text_at(parsed(x.stall), "resource"), 32);
  add("resource_name", text_at(parsed(x.stall), "name"), 128);
  add(are_accused(x) ? "suspects" : "busy", suspects_of(x));
  add("evidence", evidence_of(x));
  add("waiting", waiting_in_words(x));
  if (x.part_of)
    add("part_of", std::to_string(*x.part_of));
  if (x.stress_total)
    add("stress", printed("%.0f", *x.stress_total));
  add("evidence_folder", x.event_dir, 256);
  add("ledger", x.ledger, longest_object);
  add("facts", x.facts, longest_object);
  add("blame", x.blame, longest_object);
  return result;
}

} // namespace pmactor
