#include "actors/supervision/decide_restart.hpp"

#include "actors/host/back_off.hpp"

#include <algorithm>

namespace pmactor {

std::size_t restart_history::note(std::chrono::nanoseconds lived, const supervisor_policy& policy) {
  times_.push_back(lived);
  while (times_.size() > policy.intensity + 1)
    times_.pop_front();
  return static_cast<std::size_t>(std::count_if(times_.begin(), times_.end(), [&](auto time) {
    return lived - time <= policy.period;
  }));
}

exit_action decide_restart(std::size_t restarts, const supervisor_policy& policy) {
  return restarts > policy.intensity ? exit_action::give_up : exit_action::restart;
}

bool drops_memory(unsigned early_failures) {
  constexpr unsigned enough_to_suspect_it = 3;
  return early_failures >= enough_to_suspect_it;
}

std::chrono::nanoseconds restart_delay(std::size_t restarts, const supervisor_policy& policy) {
  if (restarts <= 1)
    return {};
  return back_off(restarts - 2, policy.backoff_first, policy.backoff_max);
}

std::string to_string(exit_action x) {
  switch (x) {
    case exit_action::restart:
      return "restart";
    case exit_action::give_up:
      return "give up";
  }
  return "?";
}

} // namespace pmactor
