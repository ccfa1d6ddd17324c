// Linux: /proc/stat by a kept descriptor, and of busy CPUs their frequency. What may limit them is
// looked up in /sys once they are slow.
#include "actors/speed_watch/read_speed_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/process_facts.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <string_view>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

constexpr double busy_enough = 0.5; ///< Of a CPU, to ask for its frequency.
constexpr double khz_a_mhz = 1000;

std::optional<std::uint64_t> number_in(const fs::path& file) {
  const auto line = read_first_line(file);
  std::string_view text{line};
  std::uint64_t value = 0;
  return take_number(text, value) ? std::optional{value} : std::nullopt;
}

std::optional<double> mhz_in(const fs::path& file) {
  const auto khz = number_in(file);
  return khz ? std::optional{static_cast<double>(*khz) / khz_a_mhz} : std::nullopt;
}

void keep_least(std::optional<double>& to, const std::optional<double>& x) {
  if (x)
    to = std::min(to.value_or(*x), *x);
}

void add(std::optional<std::uint64_t>& to, const std::optional<std::uint64_t>& x) {
  if (x)
    to = to.value_or(0) + *x;
}

bool cools_cpus(std::string_view type) {
  return type == "Processor" || type.starts_with("cpufreq-") || type.starts_with("cpu-")
         || type.starts_with("thermal-cpu") || type == "intel_powerclamp"
         || type.starts_with("cpuidle-");
}

/// @returns the name of a zone above the trip point at which the kernel, or the firmware, begins to
/// slow down.
std::string hot_zone(const fs::path& zone) {
  const auto now = number_in(zone / "temp");
  if (!now)
    return {};
  for (int i = 0; i < 16; ++i) {
    const auto front = "trip_point_" + std::to_string(i);
    const auto type = read_first_line(zone / (front + "_type"));
    if (type.empty())
      break;
    const auto limit = number_in(zone / (front + "_temp"));
    if ((type == "passive" || type == "hot" || type == "critical") && limit && *limit > 0
        && *now >= *limit)
      return read_first_line(zone / "type") + " at "
             + printed("%.0f °C", static_cast<double>(*now) / 1000);
  }
  return {};
}

bool is_cpu_folder(const std::string& name) {
  return name.starts_with("cpu") && name.size() > 3
         && std::all_of(name.begin() + 3, name.end(), [](char x) { return x >= '0' && x <= '9'; });
}

} // namespace

host_speed_reader::host_speed_reader(fs::path root)
  : root_{std::move(root)}, stat_{(root_ / "proc/stat").string()} {
}

speed_look host_speed_reader::read() {
  speed_look result;
  const auto text = stat_.read_all(room_);
  std::uint64_t stolen = 0, busy = 0, all = 0;
  parse_machine_stat(text, [&](std::uint32_t cpu, const cpu_ticks& now) {
    const auto known = before_.find(cpu);
    if (known != before_.end()) {
      const auto& then = known->second;
      const auto grew = [](std::uint64_t a, std::uint64_t b) { return b > a ? b - a : 0; };
      const auto used = grew(then.busy(), now.busy()), unused = grew(then.unused(), now.unused());
      stolen += grew(then.steal, now.steal);
      busy += used;
      all += used + unused;
      if (used + unused > 0) {
        auto& one = result.cpus.emplace_back();
        one.cpu = cpu;
        one.busy = static_cast<double>(used) / static_cast<double>(used + unused);
        if (one.busy >= busy_enough)
          read_frequency(one);
      }
    }
    before_[cpu] = now;
  });
  if (all > 0) {
    result.stolen = static_cast<double>(stolen) / static_cast<double>(all);
    result.busy = static_cast<double>(busy) / static_cast<double>(all);
  }
  result.at = read_clocks();
  return result;
}

void host_speed_reader::read_frequency(cpu_speed& x) {
  const auto folder =
    root_ / "sys/devices/system/cpu" / ("cpu" + std::to_string(x.cpu)) / "cpufreq";
  auto& most = most_[x.cpu];
  if (!most)
    most = mhz_in(folder / "cpuinfo_max_freq");
  if (!most)
    return; // a virtual machine, for one
  x.most = most;
  x.mhz = mhz_in(folder / "cpuinfo_avg_freq"); // what it ran at, where the kernel says so
  if (!x.mhz)
    x.mhz = mhz_in(folder / "scaling_cur_freq");
}

limiter_signs host_speed_reader::read_signs() {
  limiter_signs result;
  result.at = read_clocks();
  const auto cpus = root_ / "sys/devices/system/cpu";
  for (const auto& cpu : list_entries(cpus)) {
    if (!is_cpu_folder(cpu.filename().string()))
      continue;
    const auto throttles = cpu / "thermal_throttle";
    add(result.thermal_throttles, number_in(throttles / "core_throttle_count"));
    add(result.thermal_throttles, number_in(throttles / "package_throttle_count"));
    add(result.power_throttles, number_in(throttles / "core_power_limit_count"));
    add(result.power_throttles, number_in(throttles / "package_power_limit_count"));
    read_policy(cpu / "cpufreq", result);
  }
  const auto pstate = cpus / "intel_pstate";
  if (const auto pct = number_in(pstate / "max_perf_pct"))
    result.max_perf_pct = static_cast<double>(*pct);
  if (const auto off = number_in(pstate / "no_turbo"))
    result.no_turbo = *off != 0;
  else if (const auto boost = number_in(cpus / "cpufreq/boost"))
    result.no_turbo = *boost == 0;
  result.profile = read_first_line(root_ / "sys/firmware/acpi/platform_profile");
  read_heat(result);
  read_power(result);
  return result;
}

void host_speed_reader::read_policy(const fs::path& policy, limiter_signs& to) {
  keep_least(to.policy_most, mhz_in(policy / "scaling_max_freq"));
  keep_least(to.bios_most, mhz_in(policy / "bios_limit"));
  keep_least(to.base, mhz_in(policy / "base_frequency"));
  if (!to.governor.empty())
    return;
  to.governor = read_first_line(policy / "scaling_governor");
  to.preference = read_first_line(policy / "energy_performance_preference");
  const auto driver = read_first_line(policy / "scaling_driver");
  to.sets_own_speed = driver == "intel_pstate" || driver == "amd-pstate-epp";
}

void host_speed_reader::read_heat(limiter_signs& to) {
  for (const auto& entry : list_entries(root_ / "sys/class/thermal")) {
    const auto name = entry.filename().string();
    if (name.starts_with("cooling_device") && to.cooling.empty()) {
      const auto type = read_first_line(entry / "type");
      const auto now = number_in(entry / "cur_state"), most = number_in(entry / "max_state");
      if (cools_cpus(type) && now && *now > 0)
        to.cooling = type + " at " + std::to_string(*now)
                     + (most ? " of " + std::to_string(*most) : std::string{});
    } else if (name.starts_with("thermal_zone") && to.hot_zone.empty()) {
      to.hot_zone = hot_zone(entry);
    }
  }
}

void host_speed_reader::read_power(limiter_signs& to) {
  for (const auto& zone : list_entries(root_ / "sys/class/powercap")) {
    const auto name = zone.filename().string();
    if (std::count(name.begin(), name.end(), ':') != 1
        || !read_first_line(zone / "name").starts_with("package"))
      continue;
    const auto energy = number_in(zone / "energy_uj"); // for root alone
    if (!energy)
      continue;
    constexpr double micro = 1e-6;
    to.package_joules = to.package_joules.value_or(0) + static_cast<double>(*energy) * micro;
    for (int i = 0; i < 4; ++i) {
      const auto front = "constraint_" + std::to_string(i);
      if (read_first_line(zone / (front + "_name")) == "long_term")
        if (const auto limit = number_in(zone / (front + "_power_limit_uw")))
          to.package_limit = to.package_limit.value_or(0) + static_cast<double>(*limit) * micro;
    }
  }
}

speed_watch_host host_speed() {
  return {[] { return std::make_unique<host_speed_reader>("/"); }};
}

} // namespace pmactor
