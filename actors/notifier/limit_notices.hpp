// The rate limit of notices: a cooldown between two of a kind, and a number of all kinds within an hour. Pure.
#pragma once

#include "actors/notifier/decide_notice.hpp"

#include <chrono>

namespace pmactor {

/// @returns from when on a message of this kind may be sent.
std::chrono::nanoseconds allowed_from(const notice_state& state, notice_kind kind, const notice_policy& policy);

/// Sends it, whatever the limit says.
void send_now(notice_state& state, notice x, std::chrono::nanoseconds now);
/// Sends it if it may be sent now. @returns whether it was.
bool send_or_hold_back(notice_state& state, notice x, std::chrono::nanoseconds now, const notice_policy& policy);
/// A message could not be handed to any sink: it counts as held back.
void count_undelivered(notice_state& state, notice_kind kind);

} // namespace pmactor
