#include "app/report/redact_facts.hpp"

#include "messages/redact_secrets.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr int deepest = 64; ///< What is nested deeper is left out: nothing of ours is.

json parse_bounded(const std::string& text) {
  const auto is_shallow = [](int depth, json::parse_event_t, const json&) {
    return depth < deepest;
  };
  return json::parse(text, is_shallow, false);
}

std::string dumped(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// As the files are written: a list's elements on lines of their own, so that people and grep can
/// read them.
std::string dumped_in_lines(const json& x) {
  if (x.is_array()) {
    std::string result = "[";
    for (const auto& one : x)
      result += (result.size() == 1 ? "\n" : ",\n") + dumped(one);
    return result + "\n]";
  }
  if (!x.is_object())
    return dumped(x);
  std::string result = "{";
  for (const auto& [key, value] : x.items())
    result += (result.size() == 1 ? "" : ",") + dumped(key) + ':'
              + (value.is_array() ? dumped_in_lines(value) : dumped(value));
  return result + '}';
}

bool are_words(const json& x) {
  return x.is_array()
         && std::all_of(x.begin(), x.end(), [](const json& one) { return one.is_string(); });
}

void redact_text(std::string& text, const redaction& how) {
  if (!text.empty())
    text = how.text(text);
}

/// Of a column that holds JSON. What is none is shown by none, and stays here by none.
void redact_column(std::string& column, const redaction& how) {
  if (column.empty())
    return;
  auto document = parse_bounded(column);
  if (document.is_discarded()) {
    column.clear();
    return;
  }
  redact(document, how);
  column = dumped(document);
}

} // namespace

redaction hide_secrets() {
  return {[](std::string_view text) { return redact_secrets(text); },
          [](std::vector<std::string> words) { return redact_arguments(std::move(words)); }, true};
}

void redact(json& document, const redaction& how) {
  if (document.is_string()) {
    document = how.text(document.get_ref<const std::string&>());
    return;
  }
  if (!document.is_structured())
    return;
  if (const auto words = document.is_object() ? document.find("words") : document.end();
      words != document.end() && are_words(*words)) {
    *words = how.arguments(words->get<std::vector<std::string>>());
    for (auto& [key, value] : document.items())
      if (key != "words")
        redact(value, how);
    return;
  }
  for (auto& [key, value] : document.items())
    // A name that says that a secret stands under it, though it is no text of a command line.
    if (value.is_string() && document.is_object() && names_a_secret(key))
      value = hidden_secret;
    else
      redact(value, how);
}

std::optional<std::string> redact_file(const std::string& name, const std::string& content,
                                       const redaction& how) {
  if (content.find('\0') != content.npos)
    return how.keeps_binary ? std::optional{content} : std::nullopt;
  if (name.ends_with(".json"))
    if (auto document = parse_bounded(content); !document.is_discarded()) {
      redact(document, how);
      return dumped_in_lines(document) + '\n';
    }
  return how.text(content);
}

void redact(event_row& event, const redaction& how) {
  for (auto* column :
       {&event.evidence, &event.culprits, &event.capture, &event.stall, &event.ledger, &event.facts, &event.blame})
    redact_column(*column, how);
  redact_text(event.notes, how);
}

void redact(report_facts& facts, const redaction& how) {
  redact(facts.event, how);
  if (facts.stall)
    redact(*facts.stall, how);
  for (auto& x : facts.suspects) {
    redact_text(x.name, how);
    redact_text(x.reason, how);
  }
  redact_column(facts.capture, how);
  std::erase_if(facts.files, [&how](report_file& x) {
    const auto left_out = x.bytes - std::min<std::uint64_t>(x.bytes, x.text.size());
    auto text = redact_file(x.name, x.text, how);
    if (!text)
      return true;
    x.text = std::move(*text);
    x.bytes = x.text.size() + left_out;
    return false;
  });
  redact_text(facts.host.name, how);
  redact_text(facts.host.system, how);
  facts.names_machine = facts.names_machine && !how.hides_identity;
}

} // namespace pmactor
