#include "app/sampler/parse_machine.hpp"

#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_numbers.hpp"

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

void fill_in_stat(std::string_view text, machine_reading& result) {
  std::size_t cpus = 0;
  const auto stat = parse_machine_stat(text, [&](std::uint32_t number, const cpu_ticks& ticks) {
    auto& x = element(result.cpus, cpus++);
    x = {ticks, number, {}, {}};
  });
  result.cpus.resize(cpus);
  result.boot_time = stat.boot_time;
  result.forks = stat.forks;
  result.blocked = stat.blocked;
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
