#include "actors/switch_recorder/track_charged_stall.hpp"

#include "actors/switch_recorder/share_disk.hpp"
#include "messages/check.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

bool is_charged(const charged_stall& x) {
  return x.event.stall->resource == stall_resource::cpu || !x.charged.is_empty();
}

std::optional<stall_stretch> amend_charged_stall(charged_stall& x, const event_amendment& news) {
  PMACTOR_CHECK(x.event.id == news.id);
  bool is_another = false;
  if (news.stall) {
    const auto& known = *x.event.stall;
    is_another = known.resource != news.stall->resource || known.name != news.stall->name;
    explain_stall(x.event, *news.stall);
  }
  if (is_another) {
    x.charged = {};
    x.until = x.event.before.awake;
    x.in_vain = 0;
  }
  if (news.over && (is_another || is_charged(x)))
    return stall_stretch{x.event.before.awake + news.over->duration, true};
  if (!news.over && is_another)
    return stall_stretch{};
  return std::nullopt;
}

nanoseconds needed_since(const charged_stall& x) {
  // A disk that completes nothing is known by what it completed before.
  const auto needed = x.until - disk_stands_still;
  return x.timeline ? needed : std::min(needed, record_since(x.event));
}

std::optional<blame_facts> charge_stretch(charged_stall& x, const switch_log& log,
                                          const stall_stretch& stretch) {
  x.reach = x.event.stall->resource == stall_resource::disk ? log.disk_reach : log.reach;
  const auto until = std::min(stretch.until, log.taken);
  if (!x.timeline)
    x.timeline = draw_event(x.event, until, log);
  x.in_vain = is_at_standstill(x.event, x.until, log) ? x.in_vain + 1 : 0;
  charge_stall(x.event, x.until, until, log, x.charged);
  x.until = std::max(x.until, until);
  // Its end may be known only after the rings were taken out once more.
  auto found = sum_up_stall(x.event, stretch.is_last ? until : x.until, x.charged);
  if (x.reported && !stretch.is_last && !is_news(found, *x.reported))
    return std::nullopt;
  if (found.harm <= nanoseconds{} && !x.timeline)
    return std::nullopt;
  x.reported = found;
  found.timeline = x.timeline;
  return found;
}

std::optional<std::size_t> choose_evicted_stall(const std::deque<charged_stall>& stalls) {
  if (stalls.size() < most_charged_stalls)
    return std::nullopt;
  const auto idle =
    std::find_if(stalls.begin(), stalls.end(), [](const auto& x) { return !is_charged(x); });
  return idle == stalls.end() ? 0 : static_cast<std::size_t>(idle - stalls.begin());
}

} // namespace pmactor
