// Decides what of the history is too old to be kept. Pure.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"

#include <cstddef>
#include <optional>

namespace pmactor {

/// One batch of a prune. Times in Unix seconds; absent keeps all.
struct prune_order {
  std::optional<double> samples_before;
  std::optional<double> events_before; ///< Pinned ones stay.
  std::size_t rows = 64;               ///< The most samples that this batch removes.
};

/// @param now Unix seconds, as far as the clock is trusted (trust_clock).
/// @returns what a prune removes: samples and events older than the policy keeps them. Of what is kept for ever nothing.
prune_order decide_retention(double now, const storage_writer_policy& policy);

} // namespace pmactor
