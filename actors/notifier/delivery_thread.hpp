// The DELIVERY in earnest: a thread of its own that starts the programs which show a message, one after the
// other, waits for them with patience, and ends those that take too long.
#pragma once

#include "actors/notifier/desktop_delivery.hpp"
#include "actors/notifier/notice_delivery.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace pmactor {

/// Sends the message by every sink of the policy but the log, right here.
/// @param tell hears what became of it at each.
/// @param give_up once it is true, whatever is under way is ended.
void carry_out(const notice_message& x, const delivery_policy& policy, const desktop_places& places,
               const std::atomic<bool>& give_up, const std::function<void(const sink_result&)>& tell);

/// @returns the delivery thread. Its destructor ends what is under way and waits for that, usually for some
/// milliseconds; messages that waited are lost, which is logged.
/// @throws std::system_error if there is no thread to be had.
std::unique_ptr<notice_delivery> start_delivery_thread(const delivery_policy& policy,
                                                  const desktop_places& places = {});

} // namespace pmactor
