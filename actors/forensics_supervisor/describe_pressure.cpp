#include "actors/forensics_supervisor/describe_pressure.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {

using namespace evidence;

captured_pressure parse_pressure(std::string_view text, std::string group, std::string resource) {
  captured_pressure result{std::move(group), std::move(resource), std::nullopt, std::nullopt};
  while (!text.empty()) {
    auto line = next_line(text);
    const auto kind = next_word(line);
    pressure_line values;
    bool told = false;
    while (!line.empty()) {
      const auto word = next_word(line);
      if (word.starts_with("avg10="))
        values.avg10 = to_number<double>(word.substr(6)).value_or(0);
      if (word.starts_with("total=")) {
        values.total = to_number<std::uint64_t>(word.substr(6)).value_or(0);
        told = true;
      }
    }
    if (told && kind == "some")
      result.some = values;
    else if (told && kind == "full")
      result.full = values;
  }
  return result;
}

std::string pressure_json(const std::vector<captured_pressure>& all) {
  const auto line = [](const std::optional<pressure_line>& x) {
    return x ? "{\"avg10\":" + number(x->avg10) + ",\"total\":" + std::to_string(x->total) + '}'
             : std::string{"null"};
  };
  std::string result = "[";
  for (const auto& x : all)
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"cgroup\":"}
              + (x.group.empty() ? "null" : json_quoted(x.group))
              + ",\"resource\":" + json_quoted(x.resource) + ",\"some\":" + line(x.some)
              + ",\"full\":" + line(x.full) + '}';
  return result + "\n]\n";
}

std::vector<finding> find_in_pressure(const std::vector<captured_pressure>& all) {
  std::vector<finding> result;
  const auto what = [](const std::string& resource) -> std::string {
    return resource == "io"       ? "for a disk"
           : resource == "memory" ? "for memory"
           : resource == "cpu"    ? "for a CPU"
                                  : "for " + resource;
  };
  const captured_pressure* worst = nullptr;
  for (const auto& x : all) {
    // Of the CPU, only that some waited is told for the machine.
    const auto& line = x.resource == "cpu" || !x.full ? x.some : x.full;
    if (!line || line->avg10 < 20)
      continue;
    if (x.group.empty())
      result.push_back({45, std::string{x.resource == "cpu" ? "Some" : "All"}
                              + " busy tasks were waiting " + what(x.resource) + " in "
                              + printed("%.0f %%", line->avg10) + " of the last 10 s."});
    else if (!worst || line->avg10 > (worst->full ? worst->full : worst->some)->avg10)
      worst = &x;
  }
  if (worst != nullptr)
    result.push_back({48, "The cgroup " + harmless(cut(worst->group, 120)) + " was waiting "
                            + what(worst->resource) + " in "
                            + printed("%.0f %%", (worst->full ? worst->full : worst->some)->avg10)
                            + " of the last 10 s."});
  return result;
}

} // namespace pmactor
