// Reads the machine's counters from the host, all at once.
#pragma once

#include "actors/system_metrics/compute_rates.hpp"

#include <functional>

namespace pmactor {

/// Reads all counters now. Never throws for what the machine does not report: that is absent. Called by one
/// thread at a time.
using counters_source = std::function<system_counters()>;

/// @returns the source of this host. It keeps what it opened until its last copy goes.
counters_source open_counters();

} // namespace pmactor
