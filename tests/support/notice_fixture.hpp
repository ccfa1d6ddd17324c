// What the NOTIFIER knows, and what it receives at a moment that the test sets.
#pragma once

#include "actors/notifier/decide_notice.hpp"

#include <chrono>

namespace pmactor {

struct notice_fixture {
  notice_policy policy;
  notice_state state;
  std::chrono::nanoseconds now = std::chrono::seconds{1000};

  void receive(const event_record& x) {
    apply_event(state, x, now, policy);
  }
  void receive(const event_amendment& x) {
    apply_amendment(state, x, now, policy);
  }
};

} // namespace pmactor
