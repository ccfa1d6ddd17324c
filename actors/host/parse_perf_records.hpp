// Decides what the records of a perf ring say: who left and who took a CPU, and the names of
// short-lived tasks, or which tracepoint was passed. The layout is the kernel's binary interface
// (perf_event_open(2)) of events with `sample_id_all` and a sample type of PERF_SAMPLE_TIME, alone of a
// single thread, else with PERF_SAMPLE_TID, and with PERF_SAMPLE_RAW of tracepoints. A sample without it is of the CPU's
// clock. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pmactor {

enum class perf_record_kind : std::uint8_t {
  left,  ///< A task left the CPU.
  came,  ///< A task took the CPU.
  named, ///< A task got a name, as it executed a program.
  forked,
  sample, ///< A tracepoint was passed.
  on_cpu, ///< A task was on the CPU when it was looked at: a sample of its clock.
  lost,  ///< Records that did not fit, or came while the ring was held.
  other, ///< Anything else, or one that is too short for what it should hold.
};

struct perf_record {
  perf_record_kind kind = perf_record_kind::other;
  std::chrono::nanoseconds at{}; ///< On the awake clock.
  bool was_ready = false;        ///< Of one that left: it was preempted, and would have gone on.
  /// The task itself. 0 is the idle task, -1 one that has ended; absent (0) in the records of a single thread.
  std::int32_t pid = 0, tid = 0;
  std::int32_t next_pid = 0, next_tid = 0; ///< Of one that left: the one that comes.
  std::int32_t parent = 0;     ///< The process that forked it.
  std::uint64_t lost = 0;      ///< How many.
  std::array<char, 16> name{}; ///< Ends with a zero.
  const std::byte* raw = nullptr; ///< Of a sample: the tracepoint's own record, within the data.
  std::size_t raw_size = 0;
};

/// Reads the first of the records in *data*. Allocates nothing.
/// @returns how many bytes it takes; 0 if none is whole, or its size cannot be: then what follows
/// is not known either.
std::size_t parse_perf_record(const std::byte* data, std::size_t size, perf_record& x);

/// Calls *take* with each record, in the order in which they lie, until it returns false.
template <class F>
void for_each_perf_record(const std::byte* data, std::size_t size, F take) {
  perf_record x;
  for (std::size_t used = 0; (used = parse_perf_record(data, size, x)) > 0;
       data += used, size -= used)
    if (!take(static_cast<const perf_record&>(x)))
      return;
}

} // namespace pmactor
