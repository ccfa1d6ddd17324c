// Decides what becomes of a message after an attempt to send it to the webhook. Pure.
#pragma once

#include "actors/notifier/judge_http_answer.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace pmactor {

enum class redelivery : std::uint8_t {
  settled,  ///< It was taken, or never will be.
  again,    ///< It is sent again, before those behind it.
  given_up, ///< It was not taken for an hour: what is older is no news, and those behind it have their turn.
};

/// @param waited since it was to be delivered.
redelivery decide_redelivery(send_outcome what, std::chrono::nanoseconds waited);

std::string to_string(redelivery x);

} // namespace pmactor
