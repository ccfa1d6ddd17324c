// The kernel's record of the switches on every CPU, as the SWITCH RECORDER knows it. Tests put a stand-in in its place.
#pragma once

#include "actors/switch_recorder/switch_log.hpp"
#include "actors/switch_recorder/switch_recorder_policy.hpp"
#include "messages/switch_rate.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace pmactor {

class switch_source {
public:
  switch_source() = default;
  switch_source(const switch_source&) = delete;
  switch_source& operator=(const switch_source&) = delete;
  virtual ~switch_source() = default;

  /// Copies the rings while they go on. Takes some milliseconds.
  /// @param since on the awake clock: what ended before is left out.
  virtual switch_log take(std::chrono::nanoseconds since) = 0;
  /// Chooses anew of which CPUs each switch is recorded, and which are only sampled. Copies nothing.
  /// @param all how much the machine switches now. @returns whether it changed anything.
  virtual bool follow(const switch_rate& all) = 0;
  virtual recorder_state state() const = 0;
};

/// Starts to record; where that is refused, its state says so and each log is empty. Never throws for that. To be used by
/// one thread, which may be raised in priority by it.
using start_switch_source = std::function<std::unique_ptr<switch_source>(const switch_recorder_policy&)>;

std::unique_ptr<switch_source> start_host_switches(const switch_recorder_policy& policy);

} // namespace pmactor
