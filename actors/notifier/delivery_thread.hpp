// The DELIVERY in earnest: a thread of its own that starts the programs which show a message, one after the
// other, waits for them with patience, and ends those that take too long.
#pragma once

#include "actors/notifier/desktop_delivery.hpp"
#include "actors/notifier/notice_delivery.hpp"

#include <functional>
#include <memory>

namespace pmactor {

/// Sends the message by every sink of the policy but the log, right here.
/// @param report receives what became of it at each.
/// @param cancel ends what is under way.
void carry_out(const notice_message& x, const delivery_policy& policy, const desktop_places& places,
               cancellation& cancel, const std::function<void(const sink_result&)>& report);

/// @returns the delivery thread. Its destructor ends what is under way and waits for that, usually for some
/// milliseconds and never for longer than longest_farewell; messages that waited are lost, which is logged.
/// @throws std::system_error if there is no thread to be had.
std::unique_ptr<notice_delivery> start_delivery_thread(const delivery_policy& policy,
                                                       const desktop_places& places = {});

/// Beyond it the thread, which hangs in the kernel, is left to itself.
inline constexpr auto longest_farewell = std::chrono::milliseconds{300};

} // namespace pmactor
