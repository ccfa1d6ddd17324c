#include "actors/black_box/describe_last_minute.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <optional>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kept = std::chrono::seconds{125}, last_minute = std::chrono::seconds{60};

std::optional<double> highest(const std::vector<box_second>& seconds,
                              std::optional<double> box_second::*value) {
  std::optional<double> result;
  for (const auto& x : seconds)
    if (x.*value)
      result = std::max(result.value_or(0), *(x.*value));
  return result;
}

} // namespace

std::vector<box_second> last_seconds(const std::vector<box_record>& records) {
  std::vector<box_second> result;
  if (records.empty())
    return result;
  const auto newest = records.back().at.awake;
  for (const auto& record : records)
    for (const auto& x : record.seconds)
      if (x.awake > newest - kept && x.awake <= newest
          && (result.empty() || x.awake > result.back().awake))
        result.push_back(x);
  return result;
}

std::string describe_last_minute(const std::vector<box_record>& records) {
  constexpr double pressure = 20, hot = 85, scarce = 5, full = 90, low_battery = 15;
  if (records.empty())
    return {};
  const auto& last = records.back();
  auto seconds = last_seconds(records);
  std::erase_if(seconds,
                [&last](const box_second& x) { return x.awake <= last.at.awake - last_minute; });
  std::vector<std::string> words;
  const auto add = [&](std::optional<double> x, double least, const char* format) {
    if (x && *x >= least)
      words.push_back(printed(format, *x));
  };
  add(highest(seconds, &box_second::psi_mem_some), pressure, "memory pressure %.0f %%");
  add(highest(seconds, &box_second::psi_io_some), pressure, "disk pressure %.0f %%");
  add(highest(seconds, &box_second::cpu_pct), full, "the CPUs %.0f %% busy");
  add(highest(seconds, &box_second::cpu_temp_c), hot, "the CPU at %.0f °C");
  if (!seconds.empty() && seconds.back().mem_available && last.mem_total.value_or(0) > 0)
    if (const auto left = *seconds.back().mem_available / *last.mem_total * 100; left <= scarce)
      words.push_back(printed("%.1f %% of the memory left", left));
  if (last.on_battery.value_or(false) && last.battery_pct.value_or(100) <= low_battery)
    words.push_back(printed("the battery at %.0f %%", *last.battery_pct));
  for (const auto& x : last.stalls)
    words.push_back(in_words(x.resource, x.name) + " had not answered for "
                    + to_words(std::max(nanoseconds{}, last.at.awake - x.since)));
  for (const auto& x : last.processes)
    if (x.state == 'D' && words.size() < 8)
      words.push_back(x.name + " waited" + (x.waits_in.empty() ? "" : " in " + x.waits_in));
  return words.empty() ? std::string{} : joined(words) + ", then nothing";
}

} // namespace pmactor
