// One simulation: the daemon in its house, the world around it, the plan of what befalls both, and the
// oracle that watches. In three rooms: how time passes (simulate.cpp), how the daemon meets the world
// (trial_daemon.cpp), and what befalls it (trial_faults.cpp).
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "simulation/faults.hpp"
#include "simulation/house.hpp"
#include "simulation/oracle.hpp"
#include "simulation/plant.hpp"
#include "simulation/questions.hpp"
#include "simulation/simulate.hpp"
#include "simulation/world.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace pmactor::simulation {

using sink_listener = std::function<void(const sink_result&)>;

class trial final : private disk_watcher {
public:
  explicit trial(const simulation_options& options);

  /// Call once. @returns what came of it; a broken promise ends it.
  simulation_outcome run();

private:
  using nanoseconds = std::chrono::nanoseconds;

  static constexpr std::size_t storage_writer_seat = 0;

  // ---- what is written down

  void mix(std::uint64_t x) {
    digest_ = (digest_ ^ x) * 0x100000001b3u;
    digest_ ^= digest_ >> 29;
  }
  void mix(std::string_view x) {
    for (const char c : x)
      digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  void trace(std::string_view what) const;
  void keep(const violation& x) {
    if (!broken_)
      broken_ = x;
  }
  /// Calls the oracle from within an actor.
  template <class F>
  void ask(F f) {
    try {
      f();
    } catch (const violation& x) {
      keep(x);
    }
  }
  void check_broken();
  void set_clock(nanoseconds by);
  /// What may be asked about later.
  void note_time();
  void ask_about_the_past();

  // ---- time

  nanoseconds since_start() const {
    return world_.total - began_.total;
  }
  /// @returns when it is so late by the actors' clock, on the awake clock, if no sleep comes between.
  nanoseconds awake_by(nanoseconds actors) const {
    return actors - (world_.actors - world_.awake);
  }
  nanoseconds awake_at(nanoseconds since_start) const {
    return began_.total + since_start - (world_.total - world_.awake);
  }
  void later(nanoseconds delay, std::function<void()> what);
  void pass(nanoseconds x);
  /// The beat wakes, if it is time. @returns whether it reported anything.
  bool beat();
  /// To the next thing that happens, and through it, but not beyond *end*.
  void step(nanoseconds end);
  /// Ends all trouble, has the daemon recover, and stops it.
  void finish();

  // ---- the daemon in its world

  static void log(log_level, std::string_view component, std::string_view event, std::string_view sentence);
  static void bugged_log(log_level level, std::string_view component, std::string_view event,
                         std::string_view sentence);
  void committed(const scored_sample& row) override;
  void committed(const event_record& row, const pause_event* earlier) override;
  void committed(const capture_report& row) override;
  void dies_of_store() override;
  void finds_damage() override;
  void lacks(const event_amendment& row) override;
  void differs(const std::string& what) override;
  void read_settings();
  topology_seams seams(health_page& page, lived_clock& lived);
  /// Carries a message to people, and reports what became of it.
  void carry(const notice_message& x, const std::shared_ptr<sink_listener>& listener);
  void start_daemon();
  void stop();
  /// A daemon that does not end in time ends itself.
  void arm_forced_end();
  std::uint64_t count_unstored();
  void end_daemon(run_end how);
  void note_end_of_house();
  /// All actors that are ready, in an order that the seed decides.
  void run_actors(std::size_t at_most = SIZE_MAX);
  /// The disk takes its time, and with it the one who waits for it.
  void hold_disk();
  void begin_hang(const house::hang& x);
  /// No actor without a thread of its own runs for so long; what exceeds some seconds is missed for good.
  void stall_pool(nanoseconds length);

  // ---- what befalls it

  /// Chance for one fault's own, so that it is the same when others are left out of the plan.
  dice dice_of(const fault& x) const {
    return {options_.seed ^ static_cast<std::uint64_t>(x.at.count()), 8};
  }
  void suffer(const fault& x);
  void crash(dice d, std::uint32_t which);
  void fail_disk(storage_failure how, nanoseconds length);
  void end_stall(std::size_t which);
  void release_pool();
  /// The host stops, with all that is on its way, and goes on.
  void pause(const fault& x, nanoseconds frozen, nanoseconds asleep);

  static inline trial* current = nullptr; ///< Whose log it is.

  simulation_options options_;
  settings asked_; ///< As the settings file has them,
  settings conf_;  ///< and as the daemon reads them.
  plan plan_;
  dice dice_;
  oracle oracle_{world_.sky};
  questions questions_;
  std::uint64_t files_aside_ = 0; ///< As was last looked.
  world world_;
  bug planted_;
  clock_sample began_;
  std::shared_ptr<bool> power_ = std::make_shared<bool>(false);
  std::unique_ptr<house> house_;
  std::function<std::vector<history_row>()> unstored_; ///< Of the present house.
  std::multimap<nanoseconds, std::function<void()>> agenda_; ///< On the awake clock.
  std::optional<fault> ambush_;
  std::optional<violation> broken_;
  struct past_freeze {
    nanoseconds ended{}, length{};
    pause_cause cause = pause_cause::unexplained;
    bool whole_system = false;
  };
  std::deque<past_freeze> freezes_; ///< Within the last second or two.
  std::size_t next_fault_ = 0;
  damage_record damages_; ///< Of this run; the writer may have found fewer.
  std::chrono::nanoseconds set_aside_delay_{}; ///< From when the last one is found on.
  std::uint64_t runs_ = 0, digest_ = 0xcbf29ce484222325u, messages_ = 0, applied_ = 0, restarts_ = 0,
                disk_turn_ = 0, rows_ = 0;
  nanoseconds last_pause_ = std::chrono::seconds{-10}, last_late_beat_ = std::chrono::seconds{-10},
              down_for_ = std::chrono::seconds{1}, force_end_at_{}, pool_held_since_{},
              pool_free_at_ = std::chrono::seconds{-10};
  bool stopping_ = false, is_held_ = false;
  dice sink_dice_{options_.seed, 60};
  std::uint64_t sink_turn_ = 0;
  bool sinks_fail_ = false, sinks_failed_ = false; ///< Now; ever.
};

} // namespace pmactor::simulation
