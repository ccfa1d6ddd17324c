#include "actors/notifier/limit_notices.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr auto hour = std::chrono::hours{1};

/// All-clears close what was reported before, so the rate limit neither holds them back nor counts them.
bool is_limited(notice_kind x) {
  return x != notice_kind::all_clear && x != notice_kind::recovered && x != notice_kind::stall_over;
}

} // namespace

nanoseconds allowed_from(const notice_state& state, notice_kind kind, const notice_policy& policy) {
  auto from = nanoseconds::min();
  if (!is_limited(kind))
    return from;
  if (const auto& last = state.last_sent[index(kind)])
    from = *last + policy.cooldown;
  if (state.sent.size() >= policy.most_per_hour)
    from = std::max<nanoseconds>(from, state.sent[state.sent.size() - policy.most_per_hour] + hour);
  return from;
}

void send_now(notice_state& state, notice x, nanoseconds now) {
  x.number = ++state.numbers;
  x.held_back = state.held_back;
  state.held_back = {};
  state.last_sent[index(x.kind)] = now;
  if (is_limited(x.kind))
    state.sent.push_back(now);
  while (!state.sent.empty() && state.sent.front() + hour <= now)
    state.sent.pop_front();
  state.ready.push_back(std::move(x));
}

bool send_or_hold_back(notice_state& state, notice x, nanoseconds now, const notice_policy& policy) {
  if (now < allowed_from(state, x.kind, policy)) {
    count_undelivered(state, x.kind);
    return false;
  }
  send_now(state, std::move(x), now);
  return true;
}

void count_undelivered(notice_state& state, notice_kind kind) {
  ++state.held_back[index(kind)];
  ++state.held_back_ever;
}

} // namespace pmactor
