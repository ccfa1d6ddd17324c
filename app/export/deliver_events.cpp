#include "app/export/deliver_events.hpp"

#include "actors/notifier/judge_http_answer.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

void event_delivery::wake(nanoseconds now) {
  const auto due = barred_until_ ? std::max(*barred_until_, now) : now;
  next_ = next_ ? std::min(*next_, due) : due;
}

void event_delivery::step(double wall, nanoseconds now) {
  if (barred_until_ && now < *barred_until_) {
    next_ = barred_until_;
    return;
  }
  barred_until_.reset();
  if (!cursor_)
    cursor_ = export_cursor{source_.newest(), {}};
  const auto batch = plan_batch(*cursor_, source_, wall, most_);
  next_.reset();
  if (batch.events.empty())
    take(batch);
  else
    deliver(batch, now);
  if (next_)
    return;
  if (batch.more)
    next_ = now;
  else if (batch.look_at)
    next_ = now + std::chrono::round<nanoseconds>(std::chrono::duration<double>(*batch.look_at - wall));
}

void event_delivery::take(const export_batch& batch) {
  cursor_ = batch.then;
  sent_ += batch.events.size();
}

void event_delivery::deliver(const export_batch& batch, nanoseconds now) {
  const auto answer = send_(batch.events);
  const auto verdict = judge_http_answer(answer);
  if (verdict.what == send_outcome::taken) {
    take(batch);
    retry_.succeeded();
    trouble_.clear();
    most_ = std::min(most_ * 2, most_events_at_once);
    return;
  }
  ++failures_;
  trouble_ = verdict.says;
  if (is_worth_resending(verdict.what)) {
    barred_until_ = now + retry_.failed(verdict, answer);
    next_ = barred_until_;
    return;
  }
  next_ = now;
  if (batch.events.size() > 1) { // one of them is to blame, or they are too many: find it by halving
    most_ = std::max<std::size_t>(1, batch.events.size() / 2);
    return;
  }
  cursor_ = batch.then; // it is to blame: it stays in the history, and is not sent
  ++refused_;
  trouble_.clear();
}

} // namespace pmactor
