// Decides what the answer of a receiver means for what was sent, and when to try again. Pure.
#pragma once

#include "actors/host/post_http.hpp"

#include <chrono>
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
send_verdict judge_answer(const http_answer& x);

/// When to try again what failed.
class retry_clock {
public:
  /// @param share of this machine, from 0 to 1: many whose receiver was away do not all come back at once.
  explicit retry_clock(double share) : share_(share) {
  }
  /// Exponential back-off from a second to five minutes, or what the receiver asks for, an hour at most.
  /// @returns how long to wait.
  std::chrono::nanoseconds failed(const send_verdict& verdict, const http_answer& answer);
  void succeeded() {
    failures_ = 0;
  }

private:
  double share_;
  std::size_t failures_ = 0;
};

} // namespace pmactor
