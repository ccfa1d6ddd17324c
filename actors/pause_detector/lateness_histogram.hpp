// Counts how late beats were, from 1 µs to hours, in buckets that are an eighth wide: bounded memory,
// and percentiles that are right within 12.5 %.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pmactor {

class lateness_histogram {
public:
  /// Counts a beat, and for one that was later than a period also those that could not even be late
  /// because of it: someone who looked at any other moment would have waited as well.
  void count(std::chrono::nanoseconds lateness, std::chrono::nanoseconds period);
  void add(const lateness_histogram& other);
  /// @returns the upper edge of the bucket that holds the given share (0–1) of the beats, `max()` at
  /// most; zero if there were none.
  std::chrono::nanoseconds quantile(double share) const;
  std::chrono::nanoseconds max() const;
  std::uint64_t size() const;

private:
  static constexpr std::size_t octaves = 36; ///< 2^36 µs are 19 hours.
  static constexpr std::size_t parts = 8;    ///< Of an octave.
  static std::size_t bucket_of(std::chrono::nanoseconds lateness);
  static std::chrono::nanoseconds upper_edge(std::size_t bucket);

  std::array<std::uint64_t, octaves * parts> counts_{};
  std::uint64_t size_ = 0;
  std::chrono::nanoseconds max_{};
};

} // namespace pmactor
