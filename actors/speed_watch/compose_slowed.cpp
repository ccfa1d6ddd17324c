#include "actors/speed_watch/compose_slowed.hpp"

#include "messages/words.hpp"

#include <utility>

namespace pmactor {

event_facts facts_of_frequency(const busy_speed& speed, const limiter& by) {
  event_facts result;
  result.title = printed("busy CPUs ran at %.0f of %.0f MHz: ", speed.mhz, speed.most) + by.words;
  result.add("limiter", by.name);
  result.add("speed_mhz", speed.mhz);
  result.add("capable_mhz", speed.most);
  result.add("cpus", static_cast<double>(speed.cpus));
  return result;
}

event_facts facts_of_stolen(double share) {
  event_facts result;
  result.title =
    printed("the hypervisor took %.0f %% of the CPU time that was wanted", 100 * share);
  result.add("limiter", std::string{"hypervisor"});
  result.add("stolen_pct", 100 * share);
  return result;
}

event_facts facts_of_heat(thermal_pressure level) {
  event_facts result;
  result.title = "busy CPUs were slowed down for heat: the system calls its thermal pressure "
                 + to_string(level);
  result.add("limiter", std::string{"thermal"});
  result.add("pressure", to_string(level));
  return result;
}

pause_event compose_slowed(const slow_episode& x, event_facts facts, unsigned kind_of_slow) {
  pause_event result;
  result.kind = event_kind::slowed;
  result.before = x.began();
  result.after = x.last_slow();
  result.started = x.began().wall;
  result.ended = x.last_slow().wall;
  result.duration = x.length();
  result.uncertainty = std::chrono::seconds{1};
  result.id =
    mint_event_id(event_kind::slowed, result.started + std::chrono::nanoseconds{8 * kind_of_slow});
  facts.is_over = false;
  result.facts = to_json(facts);
  return result;
}

event_amendment compose_slowed_end(event_id id, const slow_episode& x, event_facts facts) {
  event_amendment result;
  result.id = id;
  result.over = event_amendment::end{x.last_slow().wall, x.length()};
  facts.is_over = true;
  result.facts = to_json(facts);
  return result;
}

} // namespace pmactor
