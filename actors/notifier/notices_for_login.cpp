#include "actors/notifier/notices_for_login.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

void notices_for_login::hold(const notice_message& x, nanoseconds now) {
  if (all_.empty()) {
    delay_ = period_;
    next_ = now + delay_;
    has_bus_ = false;
  }
  all_.push_back(x);
  if (all_.size() > most)
    all_.pop_front();
}

void notices_for_login::look_again(found x, nanoseconds now) {
  // A user who came by a terminal has a bus as well, and no desktop: each try starts a program.
  constexpr nanoseconds longest = std::chrono::minutes{10};
  if (x == found::no_one)
    delay_ = period_;
  else if (std::exchange(has_bus_, true))
    delay_ = std::min(2 * delay_, std::max(longest, period_));
  has_bus_ = x == found::bus;
  next_ = now + delay_;
}

} // namespace pmactor
