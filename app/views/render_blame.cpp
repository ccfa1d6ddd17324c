#include "app/views/render_blame.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/terminal.hpp"
#include "messages/blame.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t most_lines = 32;

doer doer_of(const json& one) {
  doer x;
  x.name = text_at(one, "name");
  x.parent = text_at(one, "parent");
  x.unit = text_at(one, "unit");
  x.pid = static_cast<std::int64_t>(std::clamp(number_at(one, "pid").value_or(0), 0.0, 1e10));
  x.processes = static_cast<std::uint32_t>(std::clamp(number_at(one, "processes").value_or(1), 1.0, 1e6));
  return x;
}

std::string source_words(const json& blame) {
  switch (blame_source_from(text_at(blame, "source")).value_or(blame_source::weak)) {
    case blame_source::recorded:
      return "recorded";
    case blame_source::sampled:
      return "by samples";
    case blame_source::deltas:
      return "by deltas";
    case blame_source::weak:
      break;
  }
  return "by deltas, weak";
}

} // namespace

std::vector<blame_line> blame_lines(const json& blame) {
  std::vector<blame_line> result;
  const auto harm = number_at(blame, "harm").value_or(0);
  if (!(harm > 0))
    return result;
  const auto add = [&](std::string who, std::string unit, double held) {
    if (held > 0 && result.size() < most_lines)
      result.push_back({std::move(who), std::move(unit), held, std::min(1.0, held / harm)});
  };
  for (const auto& one : list_at(blame, "doers"))
    if (one.is_object()) {
      auto x = doer_of(one);
      auto who = in_words(x);
      if (const auto bytes = number_at(one, "bytes"); bytes && *bytes >= 0)
        who += ", " + bytes_in_words(static_cast<std::uint64_t>(std::min(*bytes, 1e18)));
      add(std::move(who), std::move(x.unit), number_at(one, "held").value_or(0));
    }
  const auto others = std::llround(std::clamp(number_at(blame, "other_processes").value_or(0), 0.0, 1e9));
  add(others == 1 ? std::string{"another"} : others > 1 ? grouped(static_cast<std::uint64_t>(others)) + " others" : std::string{"others"},
      {}, number_at(blame, "others").value_or(0));
  const auto unknown = number_at(blame, "unknown");
  add(unknown ? "no process" : "no process, or not recorded", {}, number_at(blame, "nobody").value_or(0));
  add("not recorded", {}, unknown.value_or(0));
  return result;
}

std::string blame_title(const json& blame) {
  const auto resource = text_at(blame, "resource");
  return "Who held " + (resource.empty() ? std::string{"it"} : resource) + " while " + text_at(blame, "victim")
         + " waited (" + source_words(blame) + ')';
}

std::string blame_section(const json& blame, std::size_t columns) {
  const auto lines = blame_lines(blame);
  if (lines.empty())
    return {};
  const auto widest = std::clamp<std::size_t>(columns - std::min<std::size_t>(columns, 36), 12, 40);
  std::size_t width = 0;
  for (const auto& x : lines)
    width = std::max(width, std::min(widest, width_of(escaped(x.who))));
  std::string result = "\n";
  for (const auto& part : wrapped(escaped(blame_title(blame)), columns))
    result += part + '\n';
  for (const auto& x : lines) {
    auto line = "  " + as_column(escaped(x.who), width + 2) + as_column(span_words(x.held), 9)
                + printed("%4.0f %%", x.share * 100);
    if (const auto unit = escaped(x.unit); !unit.empty())
      line += (width_of(line) + 2 + width_of(unit) <= columns ? "  " : "\n      ") + unit;
    result += line + '\n';
  }
  for (const auto& one : list_at(blame, "remarks"))
    if (one.is_string())
      for (const auto& part : wrapped(escaped(capitalised(one.get<std::string>())) + '.', columns - 2))
        result += "  " + part + '\n';
  return result;
}

blame_cells first_blamed(const json& blame) {
  const auto harm = number_at(blame, "harm").value_or(0);
  const auto doers = list_at(blame, "doers");
  if (!(harm > 0) || doers.empty() || !doers[0].is_object())
    return {};
  return {text_at(doers[0], "name"), printed("%.4f", number_at(doers[0], "held").value_or(0) / harm),
          text_at(blame, "source")};
}

} // namespace pmactor
