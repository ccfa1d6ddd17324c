#include "app/explain/find_open_end.hpp"

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

} // namespace pmactor
