#include "actors/forensics_supervisor/describe_pressure.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <utility>

namespace pmactor {

using namespace evidence;

std::string pressure_json(const std::vector<captured_pressure>& all) {
  const auto line = [](const std::optional<pressure_line>& x) {
    return x ? "{\"avg10\":" + number(x->avg10) + ",\"total\":" + std::to_string(x->total.count()) + '}'
             : std::string{"null"};
  };
  std::string result = "[";
  for (const auto& x : all)
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"cgroup\":"}
              + (x.group.empty() ? "null" : json_quoted(x.group))
              + ",\"resource\":" + json_quoted(x.resource) + ",\"some\":" + line(x.waits.some)
              + ",\"full\":" + line(x.waits.full) + '}';
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
  double worst_share = 0;
  for (const auto& x : all) {
    // Of the CPU, only that some waited says anything about the machine.
    const auto& line = x.resource == "cpu" || !x.waits.full ? x.waits.some : x.waits.full;
    const auto share = line && line->avg10 ? *line->avg10 : 0;
    if (share < 20)
      continue;
    if (x.group.empty()) {
      result.push_back({45, std::string{x.resource == "cpu" ? "Some" : "All"}
                              + " busy tasks were waiting " + what(x.resource) + " in "
                              + printed("%.0f %%", share) + " of the last 10 s."});
    } else if (worst == nullptr || share > worst_share) {
      worst = &x;
      worst_share = share;
    }
  }
  if (worst != nullptr)
    result.push_back({48, "The cgroup " + harmless(cut(worst->group, 120)) + " was waiting "
                            + what(worst->resource) + " in " + printed("%.0f %%", worst_share)
                            + " of the last 10 s."});
  return result;
}

} // namespace pmactor
