#include "messages/event_facts.hpp"

#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {

namespace {

constexpr std::string_view front = "{\"title\":\"", urgent = ",\"urgent\":true";

/// Takes the rest of a quoted text, with its end, off the front.
std::string take_quoted(std::string_view& text) {
  std::string result;
  while (!text.empty() && text.front() != '"') {
    if (text.front() != '\\') {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(1);
    if (text.starts_with('u')) { // a control character, or a byte that was no UTF-8
      text.remove_prefix(std::min<std::size_t>(5, text.size()));
      result += '?';
    } else if (!text.empty()) {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  if (!text.empty())
    text.remove_prefix(1);
  return result;
}

} // namespace

facts_head head_of(std::string_view json) {
  facts_head result;
  if (!json.starts_with(front))
    return result;
  json.remove_prefix(front.size());
  result.title = take_quoted(json);
  result.is_urgent = json.starts_with(urgent);
  return result;
}

std::string to_json(const event_facts& x) {
  std::string result =
    "{\"title\":" + json_quoted(x.title) + (x.is_urgent ? std::string{urgent} : "");
  for (const auto& one : x.all) {
    const auto* number = std::get_if<double>(&one.value);
    if (number != nullptr && !std::isfinite(*number))
      continue;
    result += ',' + json_quoted(one.name) + ':';
    result +=
      number != nullptr ? printed("%.12g", *number) : json_quoted(std::get<std::string>(one.value));
  }
  return result + ",\"over\":" + (x.is_over ? "true}" : "false}");
}

} // namespace pmactor
