#include "actors/storage_writer/decide_retention.hpp"

#include "messages/time.hpp"

#include <chrono>
#include <optional>

namespace pmactor {
namespace {

std::optional<double> oldest_kept(double now, std::chrono::nanoseconds keep) {
  return keep > std::chrono::nanoseconds{} ? std::optional{now - to_seconds(keep)} : std::nullopt;
}

} // namespace

prune_order decide_retention(double now, const storage_writer_policy& policy) {
  prune_order result;
  result.samples_before = oldest_kept(now, policy.keep_samples);
  result.events_before = oldest_kept(now, policy.keep_events);
  return result;
}

} // namespace pmactor
