// All that a user may set about the scheduler's flight recorder, and what is at its default.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace pmactor {

struct switch_recorder_policy { // `[recorder]` in the settings
  bool enabled = true;
  bool disks = true; ///< The requests to disks as well, where they may be.
  /// Bytes of the kernel's memory for the rings of all CPUs together; each gets a power of two of it.
  std::size_t memory = 4'000'000;
  /// While a stall lasts, what was recorded of it is taken out before it is overwritten: not
  /// oftener than the first, which bounds what that costs, and not more seldom than the second.
  std::chrono::nanoseconds take_least = std::chrono::milliseconds{500},
                           take_every = std::chrono::seconds{5};
  friend bool operator==(const switch_recorder_policy&, const switch_recorder_policy&) = default;
};

constexpr std::size_t least_ring = 32U << 10, largest_ring = 16U << 20;

/// The requests to disks have a ring of their own on each CPU, of this part of the other's size: they are fewer, and
/// however many there are they overwrite nothing of who was on the CPU.
constexpr std::size_t disk_ring_part = 2;

/// @returns the bytes of one CPU's ring: a power of two, that leaves room for the one of the disks.
constexpr std::size_t ring_size(const switch_recorder_policy& policy, std::size_t cpus) {
  auto result = largest_ring;
  while (result > least_ring && (result + result / disk_ring_part) * cpus > policy.memory)
    result /= 2;
  return result;
}

/// @param files how many this process may have open.
/// @returns whether the requests to disks may be recorded as well: three files a CPU, of which others need more.
constexpr bool has_files_for_disks(std::size_t cpus, std::size_t files) {
  return 3 * cpus <= files / 4;
}

/// @param reach how far back the rings reach; absent while they have overwritten nothing.
/// @param in_vain how often in a row it was taken out of a disk that had completed nothing.
/// @returns when to take out the record of a stall again.
constexpr std::chrono::nanoseconds take_after(const switch_recorder_policy& policy,
                                              std::optional<std::chrono::nanoseconds> reach, unsigned in_vain = 0) {
  // By half of it: the machine may come to switch oftener meanwhile.
  const auto soon = reach ? std::clamp(*reach / 2, policy.take_least, policy.take_every) : policy.take_every;
  // A disk may hang for days (exponential back-off). Its end is reported, and what it holds is taken out then.
  constexpr unsigned most_doublings = 10;
  constexpr std::chrono::nanoseconds most = std::chrono::minutes{5};
  return in_vain == 0 ? soon : std::min(soon * (1 << std::min(in_vain, most_doublings)), most);
}

} // namespace pmactor
