// The witness child of the simulated machine: what stalls, and the words of the child about it.
#pragma once

#include "actors/witness_keeper/witness_child.hpp"
#include "messages/stall.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace pmactor::simulation {

/// Something that may stall.
struct fragile {
  stall_resource resource = stall_resource::disk;
  const char* name = "";
  stall_sense sense = stall_sense::completion;
};
inline constexpr std::array fragiles{
  fragile{stall_resource::disk, "sda", stall_sense::completion},
  fragile{stall_resource::disk, "sdb", stall_sense::read},
  fragile{stall_resource::mount, "/srv/share", stall_sense::statfs},
  fragile{stall_resource::memory, "", stall_sense::memory_use},
  fragile{stall_resource::cpu, "", stall_sense::work},
  fragile{stall_resource::desktop, "Wayland wayland-0 of user 1000", stall_sense::round_trip},
};

class witnesses {
public:
  /// @param awake reads the clock. @param has_power whether the daemon that starts the child lives.
  start_witness starter(std::function<std::chrono::nanoseconds()> awake, std::function<bool()> has_power);

  /// It stalls from now on. @param doubt how exactly the child knows since when.
  /// @pre It does not stall yet.
  void begin(std::size_t which, std::chrono::nanoseconds awake, std::chrono::nanoseconds doubt);
  /// It answers again. Nothing happens if it does not stall.
  void end(std::size_t which, std::chrono::nanoseconds awake);
  bool stalls(std::size_t which) const {
    return since_[which].has_value();
  }

private:
  struct life;
  class child;

  std::array<std::optional<std::chrono::nanoseconds>, fragiles.size()> since_; ///< On the awake clock.
  std::weak_ptr<life> life_; ///< Of the child that runs.
};

} // namespace pmactor::simulation
