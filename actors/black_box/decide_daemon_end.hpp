// Decides how the daemon alone ended, while the machine stayed up. Pure.
#pragma once

#include "actors/black_box/decide_outage.hpp"

namespace pmactor {

/// @returns all but when.
outage_verdict decide_daemon_end(const box_record& last, const start_traces& now);

} // namespace pmactor
