#include "app/sampler/cpu_thermometer_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "app/sampler/judge_temperature.hpp"

#include <algorithm>
#include <string>

namespace pmactor {

cpu_thermometer::cpu_thermometer(const std::filesystem::path& root) {
  const auto consider = [&](const std::string& driver, const std::string& label,
                            const std::filesystem::path& file) {
    const auto rank = rank_cpu_sensor(driver, label);
    auto opened = rank > 0 ? kept_file{file} : kept_file{};
    if (opened.is_open())
      sensors_.push_back({rank, std::move(opened), false});
  };
  for (const auto& folder : list_entries(root / "sys/class/hwmon")) {
    const auto driver = read_first_line(folder / "name");
    for (const auto& file : list_entries(folder)) {
      const auto name = file.filename().string();
      if (!name.starts_with("temp") || !name.ends_with("_input"))
        continue;
      const auto stem = name.substr(0, name.size() - 6);
      consider(driver, read_first_line(folder / (stem + "_label")), file);
    }
  }
  for (const auto& zone : list_entries(root / "sys/class/thermal"))
    if (zone.filename().string().starts_with("thermal_zone"))
      consider(read_first_line(zone / "type"), {}, zone / "temp");
  std::stable_sort(sensors_.begin(), sensors_.end(),
                   [](const sensor& x, const sensor& y) { return x.rank > y.rank; });
}

std::optional<double> cpu_thermometer::read() {
  std::optional<double> hottest;
  int rank = 0;
  for (auto& x : sensors_) {
    if (hottest && x.rank != rank)
      break;
    rank = x.rank;
    char buffer[64];
    const auto text = x.file.read(buffer, sizeof buffer);
    lost_ = lost_ || (x.was_read && text.empty());
    x.was_read = !text.empty();
    if (const auto degrees = judge_temperature(text))
      hottest = std::max(hottest.value_or(0), *degrees);
  }
  return hottest;
}

} // namespace pmactor
