#include "actors/notifier/decide_resend.hpp"

#include "actors/host/back_off.hpp"

#include <algorithm>

namespace pmactor {

using namespace std::chrono_literals;

bool is_worth_resending(send_outcome x) {
  return x == send_outcome::later || x == send_outcome::misplaced;
}

std::chrono::nanoseconds resend_backoff::failed(const send_verdict& verdict, const http_answer& answer) {
  constexpr auto first = 1s, longest = 300s, most_asked = 3600s;
  const auto spread = std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>(
    std::clamp(share_, 0.0, 1.0) * 0.25
    * std::chrono::duration<double>(back_off(failures_, first, longest)).count()));
  auto delay = verdict.what == send_outcome::misplaced ? std::chrono::nanoseconds{longest}
                                                       : back_off(failures_, first, longest);
  ++failures_;
  if (answer.retry_after)
    delay = std::max<std::chrono::nanoseconds>(delay, std::min<std::chrono::seconds>(*answer.retry_after, most_asked));
  return delay + spread;
}

} // namespace pmactor
