// Reads a line of /proc/diskstats. Allocates nothing. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pmactor {

/// What one block device has done since it appeared (Documentation/admin-guide/iostats.rst). Times are from
/// the issue of a request to its completion, added up over the requests.
struct disk_stat {
  std::string_view name; ///< A view into the line.
  std::uint64_t reads = 0, read_sectors = 0, writes = 0, written_sectors = 0; ///< Completed; of 512 bytes.
  std::chrono::milliseconds read_time{}, write_time{};
  std::uint64_t in_flight = 0; ///< Issued and not completed.
  std::chrono::milliseconds busy{};   ///< In which any request was in flight.
  std::chrono::milliseconds queued{}; ///< From issue to completion, added up over all requests.
  // Of kernels that count them; else 0.
  std::uint64_t discards = 0, flushes = 0;
  std::chrono::milliseconds discard_time{}, flush_time{};
};

/// @returns nothing for a line that is cut or makes no sense.
std::optional<disk_stat> parse_disk_stat(std::string_view line);

} // namespace pmactor
