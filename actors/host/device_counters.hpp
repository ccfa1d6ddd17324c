// What disks and network interfaces have moved since they appeared: the lines of /proc/diskstats
// and /proc/net/dev, and what lies between two readings of them. Pure. Lines that are damaged are
// left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Lines beyond this many are not read: a bound, far beyond what machines have.
inline constexpr std::size_t most_devices = 8192;

/// What one disk or network interface moved since it appeared.
struct device_counters {
  std::string name;
  std::uint64_t in_bytes = 0, out_bytes = 0; ///< Read and written, or received and sent.
  std::uint64_t in_count = 0, out_count = 0; ///< Requests, or packets.
  friend bool operator==(const device_counters&, const device_counters&) = default;
};

/// What several devices moved together between two readings.
struct device_traffic {
  std::uint64_t in_bytes = 0, out_bytes = 0, in_count = 0, out_count = 0;
  friend bool operator==(const device_traffic&, const device_traffic&) = default;
};

/// Fills *result*, whose memory is used again, with every line of /proc/diskstats: partitions and
/// stacked devices too.
void read_disk_counters(std::string_view text, std::vector<device_counters>& result);

/// The same for /proc/net/dev, the loopback too.
void parse_net_dev(std::string_view text, std::vector<device_counters>& result);

/// A device that came in between counts from the next reading on. One that went, or whose counters
/// began anew, leaves the sum unknown: what it moved until then is not known.
std::optional<device_traffic>
traffic_between(const std::optional<std::vector<device_counters>>& before,
                const std::optional<std::vector<device_counters>>& now);

} // namespace pmactor
