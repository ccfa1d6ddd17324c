// Decides what the answer of a receiver means for what was sent. Pure.
#pragma once

#include "actors/host/post_http.hpp"

#include <cstdint>
#include <string>

namespace pmactor {

enum class send_outcome : std::uint8_t {
  taken,
  later,     ///< The receiver or the way to it does not work just now.
  misplaced, ///< It will never work with these settings: a wrong address or secret. Tried again, but seldom.
  too_large, ///< Less at once may pass.
  refused,   ///< This content will never be taken.
};

struct send_verdict {
  send_outcome what = send_outcome::taken;
  std::string says; ///< The end of a sentence: "answered 503"; empty if it was taken. Clean.
};
send_verdict judge_http_answer(const http_answer& x);

} // namespace pmactor
