#include "actors/supervision/decide_restart.hpp"

#include "actors/host/back_off.hpp"

#include <algorithm>

namespace pmactor {

std::size_t restart_history::note(std::chrono::nanoseconds lived, const restart_policy& policy) {
  times_.push_back(lived);
  while (times_.size() > policy.intensity + 1)
    times_.pop_front();
  return static_cast<std::size_t>(std::count_if(times_.begin(), times_.end(), [&](auto time) {
    return lived - time <= policy.period;
  }));
}

bool is_restarted(restart_type type, exit_kind kind) {
  switch (type) {
    case restart_type::permanent:
      return true;
    case restart_type::transient:
      return kind == exit_kind::abnormal;
    case restart_type::temporary:
      return false;
  }
  return false;
}

exit_action decide_restart(std::size_t restarts, const restart_policy& policy) {
  return restarts > policy.intensity ? exit_action::give_up : exit_action::restart;
}

std::chrono::nanoseconds backoff(std::size_t restarts, const restart_policy& policy) {
  if (restarts <= 1)
    return {};
  return back_off(restarts - 2, policy.backoff_first, policy.backoff_max);
}

std::vector<std::size_t> restarted_with(std::size_t failed, std::size_t children,
                                        restart_strategy strategy) {
  std::vector<std::size_t> result{failed};
  if (strategy == restart_strategy::rest_for_one)
    for (auto i = failed + 1; i < children; ++i)
      result.push_back(i);
  return result;
}

std::string to_string(restart_type x) {
  switch (x) {
    case restart_type::permanent:
      return "permanent";
    case restart_type::transient:
      return "transient";
    case restart_type::temporary:
      return "temporary";
  }
  return "?";
}

std::string to_string(exit_kind x) {
  switch (x) {
    case exit_kind::normal:
      return "normal";
    case exit_kind::shutdown:
      return "shutdown";
    case exit_kind::abnormal:
      return "abnormal";
  }
  return "?";
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
