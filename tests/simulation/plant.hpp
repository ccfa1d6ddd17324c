// Defects to plant, one for each promise that the oracle holds the daemon to. They sit between the daemon
// and its world, between two actors, or in the settings; the daemon's own code is what it always is.
#pragma once

#include "actors/supervision/log.hpp"
#include "app/topology.hpp"
#include "simulation/questions.hpp"
#include "simulation/shadow.hpp"

#include <caf/all.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor::simulation {

struct bug {
  std::string_view name;
  std::string_view about;                    ///< What the daemon seems to do.
  /// The invariant that finds it; behind it those that it breaks before that in some worlds.
  std::vector<std::string_view> breaks;
  /// Comes between the daemon and its world.
  std::function<void(topology_seams&, health_page&)> seams;
  /// Comes between the actors.
  std::function<void(supervisor_setup&, caf::actor_system&)> change;
  std::function<void(settings&)> conf;
  /// Comes between the simulated disk and the production's database that does the same.
  shadow::defect file;
  /// Comes between the daemon's end and what is kept for the next run.
  std::function<void(std::vector<history_row>&)> unstored;
  /// Comes between the history and what is answered about the past.
  questions::defect answers;
  /// Comes between the daemon and its log.
  std::function<void(log_level, std::string_view component, std::string_view event,
                     std::string_view sentence, log_sink next)>
    log;
};

const std::vector<bug>& known_bugs();

/// @param name empty for none. @throws std::invalid_argument if there is none of that name.
bug find_bug(std::string_view name);

} // namespace pmactor::simulation
