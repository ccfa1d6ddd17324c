#include "app/sampler/parse_machine.hpp"

#include "app/sampler/parse_numbers.hpp"

namespace pmactor {
namespace {

constexpr std::uint64_t sector_bytes = 512; // in diskstats, whatever the device's own are

/// Sets *target*'s element *i*, which reuses the memory of the one that was there.
template <class T>
T& element(std::vector<T>& target, std::size_t i) {
  if (i == target.size())
    target.emplace_back();
  return target[i];
}

} // namespace

void parse_machine_stat(std::string_view text, machine_reading& result) {
  std::size_t cpus = 0;
  while (!text.empty()) {
    auto line = take_line(text);
    const auto key = take_word(line);
    std::uint64_t value = 0;
    if (key.size() > 3 && key.starts_with("cpu")) {
      auto number = key.substr(3);
      cpu_reading x;
      if (!take_number(number, value) || !number.empty())
        continue;
      x.cpu = static_cast<std::uint32_t>(value);
      if (!take_number(line, x.user) || !take_number(line, x.nice) || !take_number(line, x.system)
          || !take_number(line, x.idle) || !take_number(line, x.iowait)
          || !take_number(line, x.irq) || !take_number(line, x.softirq))
        continue;
      if (!take_number(line, x.steal))
        x.steal = 0;
      element(result.cpus, cpus++) = x;
    } else if (key == "btime" && take_number(line, value)) {
      result.boot_time = static_cast<std::int64_t>(value);
    } else if (key == "processes" && take_number(line, value)) {
      result.forks = value;
    } else if (key == "procs_blocked" && take_number(line, value)) {
      result.blocked = value;
    }
  }
  result.cpus.resize(cpus);
}

void parse_diskstats(std::string_view text, const device_filter& counts,
                     std::vector<disk_reading>& result) {
  std::size_t size = 0;
  while (!text.empty()) {
    auto line = take_line(text);
    take_word(line); // major
    take_word(line); // minor
    const auto name = take_word(line);
    std::uint64_t reads = 0, read_sectors = 0, writes = 0, written_sectors = 0, skipped = 0;
    if (name.empty() || !take_number(line, reads) || !take_number(line, skipped)
        || !take_number(line, read_sectors) || !take_number(line, skipped)
        || !take_number(line, writes) || !take_number(line, skipped)
        || !take_number(line, written_sectors) || !counts(name))
      continue;
    auto& x = element(result, size++);
    x.name = name;
    x.reads = reads;
    x.read_bytes = read_sectors * sector_bytes;
    x.writes = writes;
    x.written_bytes = written_sectors * sector_bytes;
  }
  result.resize(size);
}

void parse_network_devices(std::string_view text, const device_filter& counts,
                           std::vector<network_reading>& result) {
  std::size_t size = 0;
  while (!text.empty()) {
    auto line = take_line(text);
    const auto colon = line.rfind(':'); // an alias holds one itself, the numbers never
    if (colon == std::string_view::npos)
      continue;
    auto key = line.substr(0, colon);
    const auto name = take_word(key);
    line.remove_prefix(colon + 1);
    std::uint64_t in_bytes = 0, in_packets = 0, out_bytes = 0, out_packets = 0;
    if (name.empty() || !take_number(line, in_bytes) || !take_number(line, in_packets))
      continue;
    for (int skipped = 0; skipped < 6; ++skipped) // errs drop fifo frame compressed multicast
      take_word(line);
    if (!take_number(line, out_bytes) || !take_number(line, out_packets) || !counts(name))
      continue;
    auto& x = element(result, size++);
    x.name = name;
    x.in_bytes = in_bytes;
    x.in_packets = in_packets;
    x.out_bytes = out_bytes;
    x.out_packets = out_packets;
  }
  result.resize(size);
}

int rank_cpu_sensor(std::string_view driver, std::string_view label) {
  if (driver == "coretemp")
    return label.starts_with("Package id") ? 4 : 0; // single cores are below their package
  if (driver == "k10temp" || driver == "zenpower")
    return label == "Tdie" ? 4 : label == "Tctl" ? 3 : 0; // Tctl may carry an offset for the fan
  if (driver == "x86_pkg_temp")
    return 2;
  if (driver.starts_with("cpu_thermal") || driver.starts_with("cpu-thermal")
      || driver.starts_with("cpu0-thermal") || driver.starts_with("soc_thermal")
      || driver.starts_with("soc-thermal"))
    return 1;
  return 0;
}

} // namespace pmactor
