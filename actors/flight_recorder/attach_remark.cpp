#include "actors/flight_recorder/attach_remark.hpp"

#include <algorithm>
#include <iterator>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// What is logged of a thing is logged a little before or after it is felt.
constexpr nanoseconds slack = 1s;

bool takes_remarks(event_kind x) {
  return x == event_kind::pause || x == event_kind::stall || x == event_kind::sleep;
}

} // namespace

std::vector<event_amendment> remark_book::attach(known_event& event, const remark& x) {
  const auto ended = event.lasts ? std::max(event.ended, x.ended.total) : event.ended;
  if (x.began.total > ended + slack || x.ended.total < event.began - slack
      || event.topics.size() >= most_of_one || !event.topics.insert(x.topic).second)
    return {};
  event_amendment result;
  result.id = event.id;
  result.evidence.push_back(x.says);
  return {result};
}

std::vector<event_amendment> remark_book::learn(const pause_event& x) {
  std::vector<event_amendment> result;
  if (!takes_remarks(x.kind)
      || std::any_of(events_.begin(), events_.end(),
                     [&x](const known_event& y) { return y.id == x.id; }))
    return result;
  const auto asleep = x.kind == event_kind::sleep ? nanoseconds{} : x.asleep;
  auto& event = events_.emplace_back();
  event.id = x.id;
  event.kind = x.kind;
  event.ended = x.after.total;
  event.began = x.after.total - x.duration - asleep;
  event.lasts = x.stall && !x.stall->is_over;
  for (const auto& known : remarks_) {
    auto found = attach(event, known);
    result.insert(result.end(), found.begin(), found.end());
  }
  if (events_.size() > most_events) {
    const auto over =
      std::find_if(events_.begin(), events_.end(), [](const known_event& y) { return !y.lasts; });
    events_.erase(over == events_.end() ? events_.begin() : over);
  }
  return result;
}

void remark_book::learn(const event_amendment& x) {
  for (auto& event : events_)
    if (event.id == x.id && x.over) {
      event.ended = event.began + x.over->duration;
      event.lasts = false;
    }
}

std::vector<event_amendment> remark_book::learn(const remark& x) {
  std::vector<event_amendment> result;
  for (auto& event : events_) {
    auto found = attach(event, x);
    result.insert(result.end(), found.begin(), found.end());
  }
  if (std::find(remarks_.begin(), remarks_.end(), x) == remarks_.end())
    remarks_.push_back(x);
  if (remarks_.size() > most_remarks)
    remarks_.pop_front();
  if (!result.empty() && !is_attached(x.topic))
    attached_.push_back(x.topic);
  if (attached_.size() > most_attached)
    attached_.pop_front();
  return result;
}

bool remark_book::is_attached(const std::string& topic) const {
  return std::find(attached_.begin(), attached_.end(), topic) != attached_.end();
}

} // namespace pmactor
