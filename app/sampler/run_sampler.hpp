// The sampler as a process of its own: a snapshot an interval, the window between two of them written to
// standard output, until the count is reached, the reader or the parent is gone, or a signal says so.
#pragma once

#include "app/sampler/compute_window.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace pmactor {

struct sampler_policy {
  std::chrono::milliseconds interval{1000};
  std::uint64_t count = 0; ///< Documents to write; 0 for no end.
  window_policy window;
};

/// Appends the text of a window.
using window_writer = std::function<void(const sample_window&, const host_facts&, std::string&)>;

/// Blocks. Only as much as one document is ever held for a slow reader; the samples that were due
/// meanwhile are left out and the next window covers them.
/// @param separator written immediately before every text but the first, as powermetrics does.
/// @returns when the work is done or the reader or the parent is gone.
/// @throws std::system_error if standard output fails otherwise (disk full).
void run_sampler(const sampler_policy& policy, const window_writer& write, std::string_view separator);

} // namespace pmactor
