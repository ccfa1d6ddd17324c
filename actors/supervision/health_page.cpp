#include "actors/supervision/health_page.hpp"

#include <algorithm>
#include <bit>

namespace pmactor {

void handler_times::count(std::chrono::nanoseconds took) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, took.count() / 1000));
  const auto bucket = std::min(static_cast<std::size_t>(std::bit_width(us)), std::size_t{buckets - 1});
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
}

void lateness_counts::count(std::chrono::nanoseconds lateness) {
  lateness = std::max(lateness, std::chrono::nanoseconds::zero());
  std::size_t i = 0;
  while (i < edges.size() && lateness > edges[i])
    ++i;
  counts_[i].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(lateness.count(), std::memory_order_relaxed);
}

std::array<std::uint64_t, lateness_counts::edges.size() + 1> lateness_counts::counts() const {
  std::array<std::uint64_t, edges.size() + 1> result{};
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = counts_[i].load(std::memory_order_relaxed);
  return result;
}

std::chrono::nanoseconds lateness_counts::sum() const {
  return std::chrono::nanoseconds{sum_ns_.load(std::memory_order_relaxed)};
}

std::chrono::nanoseconds handler_times::quantile(double share) const {
  std::uint64_t sum = 0;
  for (const auto& x : counts_)
    sum += x.load(std::memory_order_relaxed);
  if (sum == 0)
    return {};
  const auto wanted = share * static_cast<double>(sum);
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while (bucket < buckets - 1) {
    seen += counts_[bucket].load(std::memory_order_relaxed);
    if (static_cast<double>(seen) >= wanted)
      break;
    ++bucket;
  }
  return std::chrono::microseconds{std::int64_t{1} << bucket};
}

bool is_settled(const health_page& earlier, const health_page& later) {
  const auto same = [](const auto& a, const auto& b) {
    return a.turn() == b.turn() && a.turn() % 2 == 0;
  };
  if (!same(earlier.boot_id, later.boot_id) || !same(earlier.data_folder, later.data_folder)
      || !same(earlier.last_words, later.last_words) || !same(earlier.degraded, later.degraded)
      || !same(earlier.settings_answer, later.settings_answer)
      || !same(earlier.settings_problems, later.settings_problems))
    return false;
  for (std::size_t i = 0; i < health_page::max_slots; ++i) {
    const auto& a = earlier.slots[i];
    const auto& b = later.slots[i];
    if (!same(a.name, b.name) || !same(a.failure, b.failure) || !same(a.handler, b.handler)
        || !same(a.degraded, b.degraded) || !same(a.note, b.note)
        || !same(a.shortfall, b.shortfall) || !same(a.slow.handler, b.slow.handler)
        || !same(earlier.supplements[i].shortfall_command, later.supplements[i].shortfall_command)
        || !same(earlier.supplements[i].degraded_setting, later.supplements[i].degraded_setting)
        || a.handler_since_ns.load() != b.handler_since_ns.load())
      return false;
  }
  return true;
}

std::string to_string(actor_phase x) {
  switch (x) {
    case actor_phase::absent:
      return "absent";
    case actor_phase::starting:
      return "starting";
    case actor_phase::running:
      return "running";
    case actor_phase::restarting:
      return "restarting";
    case actor_phase::stopped:
      return "stopped";
    case actor_phase::given_up:
      return "given up";
  }
  return "?";
}

std::string to_string(daemon_phase x) {
  switch (x) {
    case daemon_phase::starting:
      return "starting";
    case daemon_phase::running:
      return "running";
    case daemon_phase::stopping:
      return "stopping";
    case daemon_phase::stopped:
      return "stopped";
    case daemon_phase::failed:
      return "failed";
  }
  return "?";
}

} // namespace pmactor
