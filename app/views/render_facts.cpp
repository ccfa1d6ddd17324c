#include "app/views/render_facts.hpp"

#include "app/views/event_values.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

/// Which are shown in another place, or say nothing to people.
bool is_shown_elsewhere(const std::string& name) {
  return name == "title" || name == "over" || name == "urgent" || name == "rule";
}

std::string number_words(const std::string& name, double x) {
  if (name.ends_with("_s"))
    return span_words(std::abs(x));
  if (name.ends_with("_mhz"))
    return printed("%.0f MHz", x);
  if (name.ends_with("_pct"))
    return printed("%.0f %%", x);
  if (name.ends_with("_bytes") && x >= 0 && x < 1e18)
    return bytes_in_words(static_cast<std::uint64_t>(x));
  // A whole number is shown whole; not grouped, as it may be a process's.
  return printed(x == std::floor(x) && std::abs(x) < 1e15 ? "%.0f" : "%.6g", x);
}

/// @returns "Before" of "before_s": a unit is with its number.
std::string label(std::string name) {
  for (const char* unit : {"_s", "_mhz", "_pct", "_bytes"})
    if (name.ends_with(unit)) {
      name.erase(name.rfind('_'));
      break;
    }
  std::replace(name.begin(), name.end(), '_', ' ');
  return capitalised(std::move(name));
}

} // namespace

std::string facts_title(const event_row& x) {
  return text_at(parsed(x.facts), "title");
}

std::vector<std::pair<std::string, std::string>> facts_lines(const event_row& x) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto facts = parsed(x.facts);
  if (!facts.is_object())
    return result;
  constexpr std::size_t most = 40;
  for (const auto& [name, value] : facts.items()) {
    if (is_shown_elsewhere(name) || result.size() >= most)
      continue;
    if (value.is_string())
      result.emplace_back(label(name), value.get<std::string>());
    else if (value.is_number())
      result.emplace_back(label(name), number_words(name, value.get<double>()));
    else if (value.is_boolean())
      result.emplace_back(label(name), value.get<bool>() ? "yes" : "no");
  }
  return result;
}

} // namespace pmactor
