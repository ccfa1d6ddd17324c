#include "app/explain/find_open_end.hpp"

#include "messages/time.hpp"

#include <algorithm>

namespace pmactor {

bool is_there(health_state x) {
  return x == health_state::healthy || x == health_state::degraded || x == health_state::stuck
         || x == health_state::stopped;
}

std::optional<open_end> find_open_end(const span_record& record, const health_verdict& daemon,
                                      double now) {
  if (!is_there(daemon.state) || record.holes.empty() || record.holes.back().to < now)
    return std::nullopt;
  open_end result;
  result.time = {record.holes.back().from, now};
  result.is_held_up = daemon.state == health_state::stuck || daemon.state == health_state::stopped;
  result.why = daemon.headline;
  return result;
}

std::optional<double> find_end(const span_record& record, const health_verdict& daemon, double now) {
  const bool is_over = daemon.state == health_state::dead || daemon.state == health_state::not_running;
  if (!is_over || !daemon.last_sign || record.holes.empty() || record.holes.back().to < now)
    return std::nullopt;
  return std::clamp(to_seconds(*daemon.last_sign), record.holes.back().from, now);
}

} // namespace pmactor
