#include "actors/pause_detector/lateness_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pmactor {

using std::chrono::nanoseconds;

namespace {
constexpr std::int64_t most_missed = 100'000; // beats of a stall of hours: more would say no more
} // namespace

std::size_t lateness_histogram::bucket_of(nanoseconds lateness) {
  // The octave of 8 µs and its eighths, and so on; below that, whole microseconds.
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, lateness.count()) / 1000);
  if (us < parts)
    return static_cast<std::size_t>(us);
  const auto width = static_cast<std::size_t>(std::bit_width(us)); // at least 4
  const auto part = static_cast<std::size_t>(us >> (width - 4)) - parts;
  return std::min((width - 3) * parts + part, octaves * parts - 1);
}

nanoseconds lateness_histogram::upper_edge(std::size_t bucket) {
  if (bucket < parts)
    return std::chrono::microseconds{bucket + 1};
  const auto shift = bucket / parts - 1;
  return std::chrono::microseconds{static_cast<std::int64_t>(parts + bucket % parts + 1) << shift};
}

void lateness_histogram::count(nanoseconds lateness, nanoseconds period) {
  lateness = std::max(lateness, nanoseconds::zero());
  max_ = std::max(max_, lateness);
  ++counts_[bucket_of(lateness)];
  ++size_;
  if (period <= nanoseconds::zero())
    return;
  auto missed = std::min(lateness / period, most_missed);
  for (; missed > 0; --missed) {
    lateness -= period;
    ++counts_[bucket_of(lateness)];
    ++size_;
  }
}

void lateness_histogram::add(const lateness_histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
  size_ += other.size_;
  max_ = std::max(max_, other.max_);
}

nanoseconds lateness_histogram::quantile(double share) const {
  if (size_ == 0)
    return {};
  const auto rank = static_cast<std::uint64_t>(
    std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(size_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= std::max<std::uint64_t>(rank, 1))
      return std::min(max_, upper_edge(i));
  }
  return max_;
}

nanoseconds lateness_histogram::max() const {
  return max_;
}

std::uint64_t lateness_histogram::size() const {
  return size_;
}

} // namespace pmactor
