// The ring as a file in the data folder, with the threads that read and write it. A disk that does
// not answer holds up these threads and nothing else.
#pragma once

#include "actors/black_box/black_box_policy.hpp"
#include "actors/black_box/box_host.hpp"
#include "actors/black_box/decide_outage.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// What the ring's owner says of itself.
struct ring_setup {
  std::filesystem::path file;                  ///< In the data folder; made if it is not there.
  std::filesystem::path memory = "/dev/pmsg0"; ///< Takes a copy of each record, if it is there.
  /// A list of what the drives count (drive_list.hpp), for a daemon that may not ask them. May be empty.
  std::filesystem::path drives;
  std::string version;
  std::optional<hypervisor_fact> hypervisor;
  std::optional<daemon_trace> left_behind;            ///< By the daemon before, in memory.
  std::function<std::vector<box_handler>()> handlers; ///< What the actors are doing. May be empty.
  black_box_policy policy; ///< Of this start: the ring does not say by which one the run before wrote.
};

/// A box_host that also writes the clean marker.
class ring_host : public box_host {
public:
  /// Begins to find out where the machine is going, if that takes time.
  virtual void prepare_end() = 0;
  /// Writes the clean marker, and waits until it is durable, but not for longer than this. May be called again, if more
  /// is known.
  /// @returns whether it is.
  virtual bool finish(box_end how, std::chrono::milliseconds patience) = 0;
};

std::shared_ptr<ring_host> make_ring_host(ring_setup setup);

} // namespace pmactor
