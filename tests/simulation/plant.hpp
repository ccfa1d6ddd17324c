// Defects to plant, one for each promise that the oracle holds the daemon to. They sit between the daemon
// and its world, or between two actors; the daemon's own code is what it always is.
#pragma once

#include "actors/supervision/log.hpp"
#include "app/topology.hpp"
#include "simulation/disk.hpp"

#include <caf/all.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor::simulation {

struct bug {
  disk_bugs disk;
  /// Comes between the daemon and its world.
  std::function<topology_seams(topology_seams)> seams = [](topology_seams x) { return x; };
  /// Comes between the actors.
  std::function<void(supervisor_setup&, caf::actor_system&)> change;
  /// Comes between the daemon and its log; empty for nothing.
  std::function<void(log_level, std::string_view component, std::string_view event,
                     std::string_view sentence, log_sink next)> log;
};

/// A bug that can be planted.
struct known_bug {
  std::string_view name;
  std::string_view about;
  std::vector<std::string_view> breaks; ///< Any of these invariants.
};
const std::vector<known_bug>& known_bugs();

/// @param name empty for none. @throws std::invalid_argument if nobody knows it.
bug make_bug(std::string_view name);

} // namespace pmactor::simulation
