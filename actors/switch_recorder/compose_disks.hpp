// Decides from the records of the block layer's tracepoints which requests each disk had to serve,
// whose they were, and from when to when. Pure.
#pragma once

#include "actors/switch_recorder/compose_log.hpp"
#include "actors/switch_recorder/parse_tracepoint.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pmactor {

/// In the order of `format_of`.
enum class disk_step : std::uint8_t { inserted, issued, completed };
/// The tracepoints of the system `block`, by step.
constexpr std::array<const char*, 3> disk_tracepoints{"block_rq_insert", "block_rq_issue",
                                                      "block_rq_complete"};

using disk_formats = std::array<tracepoint_format, disk_tracepoints.size()>;

/// @returns whether they have all that is read of them.
bool is_usable(const disk_formats& formats);

/// One record, of any CPU.
struct disk_record {
  std::chrono::nanoseconds at{};
  disk_step step = disk_step::issued;
  std::int32_t pid = 0; ///< Of the process in whose context it was recorded.
  std::uint64_t device = 0, sector = 0, bytes = 0;
};

/// What was read of all CPUs' rings.
struct disk_records {
  std::vector<disk_record> all;           ///< In no order.
  std::chrono::nanoseconds covers_from{}; ///< Before that, records of some CPU are missing.
  std::uint64_t lost = 0;
};

/// Adds the records of one CPU's ring that move data.
/// @param newest_first the bytes of the ring, *size* of them.
/// @param has_wrapped whether it has overwritten older ones.
/// @param names is added to.
void read_disk_records(const std::byte* newest_first, std::size_t size, bool has_wrapped,
                       const disk_formats& formats, disk_records& to, recorded_names& names);

/// @returns a log for each disk that had anything to do, without its name.
std::vector<disk_log> compose_disks(disk_records records, const log_request& asked);

} // namespace pmactor
