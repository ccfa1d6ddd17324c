// The beat of the simulated daemon: what the beat's thread does in earnest (the deadlines, the readings,
// what is reported when), on the simulated clocks and counters, by the same decisions.
#pragma once

#include "actors/clock_sampler/beat_thread.hpp"
#include "simulation/dice.hpp"
#include "simulation/faults.hpp"

#include <functional>
#include <optional>

namespace pmactor::simulation {

/// What the host counts, and which of it this host shows.
class host_counters {
public:
  explicit host_counters(std::uint64_t seed);

  /// A freeze of this length has just passed. @param wall as it is at its end.
  void count_freeze(pause_cause cause, bool whole_system, std::chrono::nanoseconds length,
                    std::chrono::nanoseconds wall);
  /// @returns the cause that a freeze has on this host: without a control group there is no quota, and on
  /// bare metal no hypervisor.
  pause_cause possible(pause_cause x) const {
    if (x == pause_cause::stolen && !is_virtual_)
      return pause_cause::unexplained;
    return x == pause_cause::quota && !tells_group_ ? pause_cause::cpu_wait : x;
  }
  void read_quick(beat_counters& x) const;
  void read_slow(beat_counters& x);
  /// To another control group, which counted nothing yet.
  void move_group();
  void count_beat() {
    ++switches_;
    cpu_ += std::chrono::microseconds{60};
  }
  /// @returns whether the counters that this host shows leave no doubt about such a freeze.
  bool reveals(pause_cause cause, std::chrono::nanoseconds length) const;

private:
  /// What the beat's thread goes through. The counters follow from it as the kernel keeps them, whatever
  /// anyone concludes from them.
  enum class thread_state : std::uint8_t {
    runs,
    ready,          ///< On a queue, and another thread runs.
    throttled,      ///< The quota of its group is used up.
    waits_for_disk,
    reclaims,       ///< Waits for memory.
    stopped,        ///< By a signal.
    frozen,         ///< By its control group.
    off_cpu,        ///< Its CPU is not run by the hypervisor.
    held,           ///< By something that no counter shows.
    in_firmware,    ///< With the whole machine: the kernel's books lack the time.
  };
  thread_state state_of(pause_cause cause, bool whole_system);
  /// It is in this state for so long. @param wall the wall clock at the end of the freeze.
  void pass(thread_state state, std::chrono::nanoseconds length, std::chrono::nanoseconds wall);
  std::chrono::nanoseconds part(std::chrono::nanoseconds of, double least, double most);

  dice dice_;
  std::uint32_t cpus_;
  bool tells_switches_, tells_faults_, tells_continues_, tells_waiting_, tells_machine_, tells_pressure_,
    tells_group_, tells_frozen_, old_freezer_, is_virtual_;
  std::uint64_t switches_ = 0, faults_ = 0, continues_ = 0, process_faults_ = 0, throttles_ = 0;
  std::int64_t continued_by_ = 0;
  std::uint32_t group_moves_ = 0;
  std::optional<std::chrono::nanoseconds> freezer_written_;
  std::chrono::nanoseconds cpu_{}, wait_{}, stolen_{}, missing_{}, cpu_some_{}, io_full_{}, io_some_{},
    memory_full_{}, memory_some_{},
    group_io_{}, group_memory_{}, throttled_{}, frozen_{}, last_slow_{};
};

/// The beat's thread.
class beats {
public:
  beats(host_counters& host, std::uint64_t seed) : host_(host), dice_{seed, 3} {
  }

  /// As `start_host_beat`; one source at a time.
  /// @param actors the actors' clock.
  std::unique_ptr<beat_source> start(const beat_policy& policy, lived_clock& lived,
                                     std::function<void(beat_batch)> report, const clock_sample& now,
                                     std::chrono::nanoseconds actors);
  bool runs() const {
    return running_;
  }
  /// @returns when it next wakes, on the awake clock. @pre It runs.
  std::chrono::nanoseconds next() const {
    return wakes_;
  }
  /// A freeze that is over began amid the reading of the last beat: its counters are of now, and its clock is not.
  /// @returns whether that beat read them.
  bool hold_up_reading(const clock_sample& now);
  /// Wakes, if it is time. @returns whether it reported anything.
  bool wake(const clock_sample& now, std::chrono::nanoseconds actors);
  /// Let the next beat be late by this much.
  void hold_next(std::chrono::nanoseconds late) {
    wakes_ = deadline_ + late;
  }
  /// @returns by how much the next beat is late already.
  std::chrono::nanoseconds held() const {
    return wakes_ - deadline_;
  }

private:
  class source;

  host_counters& host_;
  dice dice_;
  beat_policy policy_;
  lived_clock* lived_ = nullptr; ///< While it runs.
  std::function<void(beat_batch)> report_;
  bool running_ = false;
  beat_counters last_;
  std::chrono::nanoseconds deadline_{}, wakes_{};
  std::uint64_t count_ = 0;
  beat_batch batch_;
  std::optional<clock_sample> carried_; ///< The last reading that was reported.
};

} // namespace pmactor::simulation
