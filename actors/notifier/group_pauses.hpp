// Decides which pauses one message about a freeze is made of, and which are covered by that of a
// stall. Pure.
#pragma once

#include "actors/notifier/decide_notice.hpp"

#include <chrono>

namespace pmactor {

/// Adds a pause to the freeze that is not yet reported to people, or keeps it with the stall of
/// which it is part. One that was a sleep is nothing to report.
void place_pause(notice_state& state, const event_record& x, std::chrono::nanoseconds now,
                 const notice_policy& policy);

/// Places again the pauses of stalls of which more is known by now.
void place_parts(notice_state& state, std::chrono::nanoseconds now, const notice_policy& policy);

/// Applies what became known of a pause that was placed: it may belong elsewhere.
void amend_pause(notice_state& state, const event_amendment& x, std::chrono::nanoseconds now,
                 const notice_policy& policy);

} // namespace pmactor
