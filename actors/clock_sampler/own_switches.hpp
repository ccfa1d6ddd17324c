// The kernel's record of the switches of one thread, for which no right is needed (Linux). Reading
// allocates nothing.
#pragma once

#include "messages/pause.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// Records the thread that makes it, and is for that thread alone.
class own_switches {
public:
  own_switches();
  ~own_switches();
  own_switches(const own_switches&) = delete;
  own_switches& operator=(const own_switches&) = delete;

  /// @returns what is recorded between two moments of the awake clock, of which the second is now;
  /// nothing if there is no record, or it does not reach back that far.
  /// @param deadline until which the thread waited of its own will.
  std::optional<gap_record> read(std::chrono::nanoseconds since, std::chrono::nanoseconds deadline);
  /// @returns why there is no record; empty if there is one.
  const std::string& refusal() const {
    return refusal_;
  }
  /// @returns the memory that reading touches, to be locked.
  std::vector<std::pair<const void*, std::size_t>> memory() const;

private:
  struct state;
  std::unique_ptr<state> state_; ///< Null if the kernel records nothing.
  std::string refusal_;
};

} // namespace pmactor
