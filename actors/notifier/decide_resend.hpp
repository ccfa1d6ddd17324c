// Decides whether and when to send again what a receiver did not take. Pure.
#pragma once

#include "actors/notifier/judge_http_answer.hpp"

#include <chrono>
#include <cstddef>

namespace pmactor {

/// @returns whether the same content may be taken at a later time.
bool is_worth_resending(send_outcome x);

/// When to send again to one receiver.
class resend_backoff {
public:
  /// @param share of this machine, from 0 to 1: many whose receiver was away do not all come back at once.
  explicit resend_backoff(double share) : share_(share) {
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
