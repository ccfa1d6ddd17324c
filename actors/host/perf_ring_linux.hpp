// A ring into which the kernel records the switches of a thread or of a CPU, or what passes some
// tracepoints on a CPU, by overwriting the oldest: a flight recorder that costs no wake-up and no copy until it is read.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

namespace pmactor {

/// So much memory is not granted; less may be.
struct ring_memory_refused : std::system_error {
  using std::system_error::system_error;
};

class perf_ring {
public:
  /// @param cpu the CPU to record; absent to record the calling thread, for which no right is
  /// needed where perf_event_paranoid is 2 or less.
  /// @param size of the data in bytes, a power of two of at least a page. It counts against the
  /// user's `kernel.perf_event_mlock_kb` (516 KiB a CPU) and the limit of locked memory.
  /// @throws std::system_error if the kernel refuses, ring_memory_refused if it does for the size.
  perf_ring(std::optional<std::uint32_t> cpu, std::size_t size);
  /// @param tracepoints the ids of those whose records go to this one ring. It takes CAP_PERFMON.
  /// @pre There is at least one.
  perf_ring(std::uint32_t cpu, std::size_t size, const std::vector<std::uint64_t>& tracepoints);
  ~perf_ring();
  perf_ring(perf_ring&&) noexcept;
  perf_ring& operator=(perf_ring&&) noexcept;
  perf_ring(const perf_ring&) = delete;
  perf_ring& operator=(const perf_ring&) = delete;

  std::size_t size() const {
    return size_;
  }
  /// Has the kernel write down who is on the CPU once each *period* from now on, in place of each switch. It takes a file
  /// more from then on.
  /// @pre It records the switches of a CPU.
  /// @throws std::system_error if that is refused; then it goes on as before.
  void sample(std::chrono::nanoseconds period);
  /// Goes back to each switch.
  void record_each();
  /// @returns how many bytes were ever written into it. It asks the kernel for nothing.
  std::uint64_t written() const;
  /// @returns whether it has recorded since this was last asked: the kernel gives it up when its CPU goes offline, and
  /// does not take it up again.
  bool is_recording();
  /// @returns whether the ring was full, so that it has overwritten records.
  bool has_wrapped() const;
  /// Copies the records, the newest first, to *to*, which has room for size(), while the kernel goes on: nothing is
  /// lost by it. Those that were overwritten meanwhile are left out. Allocates nothing.
  /// @returns the number of bytes.
  std::size_t copy(std::byte* to) const;

private:
  perf_ring(owned_descriptor fd, std::size_t size);

  owned_descriptor fd_;
  std::vector<owned_descriptor> others_; ///< Of the tracepoints but the first.
  std::optional<std::uint32_t> cpu_;
  owned_descriptor clock_; ///< Of the samples; it writes into the same ring.
  void* mapping_ = nullptr;
  std::size_t size_ = 0;
  std::chrono::nanoseconds asked_{};  ///< is_recording(): when it was last asked,
  std::chrono::nanoseconds running_{}; ///< and how long it had recorded until then.
};

std::size_t page_size();

} // namespace pmactor
