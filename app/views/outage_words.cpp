#include "app/views/outage_words.hpp"

#include "actors/black_box/outage_cause.hpp"
#include "app/views/event_values.hpp"

#include <algorithm>
#include <cstddef>

namespace pmactor {

std::string outage_in_words(const event_row& x) {
  const auto title = text_at(parsed(x.facts), "title");
  return title.empty() ? "unknown" : title;
}

bool was_of_machine(const event_row& x) {
  return text_at(parsed(x.facts), "of") != "daemon";
}

bool was_mishap(const event_row& x) {
  const auto cause = outage_cause_from(x.cause);
  return !cause || is_mishap(*cause);
}

event_range of_kinds(event_range range, const std::vector<std::string>& kinds) {
  range.kinds.clear();
  range.outage_causes.clear();
  for (const auto& kind : kinds) {
    if (kind != stop_kind) {
      range.kinds.push_back(kind);
      continue;
    }
    for (std::size_t i = 0; i < outage_causes; ++i)
      if (const auto cause = static_cast<outage_cause>(i); !is_mishap(cause))
        range.outage_causes.push_back(to_string(cause));
  }
  return range;
}

std::string kind_in_words(const event_row& x) {
  return x.kind == "outage" && !was_mishap(x) ? stop_kind : x.kind;
}

std::vector<std::pair<std::string, std::string>> outage_facts_in_words(const event_row& x) {
  const auto facts = parsed(x.facts);
  std::vector<std::pair<std::string, std::string>> result;
  const auto add = [&result](const char* what, const std::string& text) {
    if (!text.empty())
      result.emplace_back(what, text);
  };
  add("What", was_of_machine(x) ? "the machine" : "pmactor alone; the machine stayed up");
  add("Last minute", text_at(facts, "last_minute"));
  for (const auto& line : list_at(facts, "kernel"))
    if (line.is_string())
      add("Kernel", line.get<std::string>());
  const auto sign = number_at(facts, "last_sign");
  if (const auto last = sign ? sign : number_at(facts, "last_record"))
    add("Last sign", moment_words(last, "%Y-%m-%d %H:%M:%S"));
  if (const auto up = number_at(facts, "up_for"); up && was_of_machine(x))
    add("Had been up", span_words(up));
  std::string doing;
  for (const auto& one : list_at(facts, "handlers"))
    doing +=
      (doing.empty() ? "" : ", ") + text_at(one, "actor") + " with " + text_at(one, "message");
  if (was_mishap(x))
    add("pmactor", doing.empty() ? doing : "last at work: " + doing);
  return result;
}

std::vector<std::string> outage_evidence(const event_row& x) {
  std::vector<std::string> result;
  const auto evidence = parsed(x.evidence);
  if (!evidence.is_array())
    return result;
  const auto title = outage_in_words(x);
  for (const auto& one : evidence) {
    auto says = text_at(one, "says");
    if (!says.empty() && says != title && !says.starts_with("the last minute: "))
      result.push_back(std::move(says));
  }
  return result;
}

} // namespace pmactor
