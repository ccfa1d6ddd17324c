// One run of the daemon: the production topology on CAF's deterministic scheduler, where the seed decides
// which of the ready actors runs next, and where any of them can be held, failed, or lose its power.
#pragma once

#include "actors/supervision/supervisor.hpp"
#include "app/topology.hpp"
#include "simulation/dice.hpp"
#include "simulation/relay.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor::simulation {

class house {
public:
  /// Starts all actors; they run when run_one() lets them.
  /// @param change may put a defect into the house, for the check of the oracle; may be empty.
  /// @param power what the seams ask before they touch the world.
  house(const topology_options& options,
        const std::function<topology_seams(health_page&, lived_clock&)>& seams, std::shared_ptr<bool> power,
        std::chrono::nanoseconds now, dice order,
        const std::function<void(supervisor_setup&, caf::actor_system&)>& change);
  /// As when the power fails, if it still runs.
  ~house();
  house(const house&) = delete;
  house& operator=(const house&) = delete;

  /// Lets one ready actor handle one message. @returns whether there was one.
  bool run_one();
  /// Lets all ready actors run until none is. @returns how many messages that took.
  std::size_t run_all();
  /// @returns when the next timer is due, on the actors' clock.
  std::optional<std::chrono::nanoseconds> next_timer() const;
  /// Moves the actors' clock on; what has come due is fired later.
  void set_clock(std::chrono::nanoseconds now);
  /// Moves the actors' clock on and fires what has come due.
  void advance_to(std::chrono::nanoseconds now);

  std::size_t children() const {
    return kids_.size();
  }
  const std::string& name_of(std::size_t child) const {
    return kids_[child].name;
  }
  bool is_optional(std::size_t child) const {
    return kids_[child].optional;
  }
  /// Orders a child to fail; by its next message, if it is *urgent*, else behind what it has in its mailbox.
  /// @returns whether it is up.
  bool crash(std::size_t child, drill::way how, bool urgent);
  /// Holds every actor (or this one) up until it is released.
  void hold_all(bool held) {
    all_held_ = held;
  }
  void hold(std::size_t child, bool held) {
    kids_[child].held = held;
  }
  /// A handler that takes its time.
  struct hang {
    std::uint64_t number = 0;
    std::size_t child = 0;
    std::chrono::nanoseconds length{};
  };
  /// Has the next handler of a child take so long. Meanwhile only detached actors run.
  /// @param acts_first whether what it does comes before it hangs, or behind that.
  /// @returns whether it is up.
  bool order_hang(std::size_t child, std::chrono::nanoseconds length, bool acts_first);
  /// @returns the one that has begun since this was last asked, if any.
  std::optional<hang> began_to_hang() {
    return std::exchange(began_to_hang_, {});
  }
  /// Has a child die in the middle of a handler: as it sends its *nth* message to another child from now on.
  /// @returns whether it is up.
  bool order_death(std::size_t child, unsigned nth, death_at when);
  /// Called with the child that dies so. May be empty.
  std::function<void(std::size_t child)> on_death;
  void end_hang(std::uint64_t number);
  void end_hangs();
  bool pool_hangs() const;

  /// SIGTERM.
  void stop();
  /// SIGHUP, with settings that are taken.
  void reload();
  bool is_over() const {
    return over_;
  }
  bool has_failed() const {
    return failed_;
  }
  bool has_power() const {
    return *power_;
  }
  std::uint64_t starts() const {
    return starts_;
  }
  health_page& page() {
    return *page_;
  }
  std::uint64_t messages() const {
    return messages_;
  }
  /// Of the order in which the actors ran.
  std::uint64_t order_digest() const {
    return digest_;
  }
  /// Ends it as SIGKILL does: whatever it has not sent or stored by now, it never will.
  void cut_power();

private:
  struct kid {
    std::string name;
    bool optional = false;
    caf::weak_actor_ptr actor;
    const caf::resumable* job = nullptr;
    bool held = false;
    std::optional<hang> next_hang; ///< Begins with its next handler.
    bool acts_first = false;
    unsigned sends_left = 0; ///< Until it dies of one; 0 if it need not.
    death_at dies = death_at::never;
  };
  struct hung_actor {
    hang what;
    caf::strong_actor_ptr actor; ///< Keeps the job.
    const caf::resumable* job = nullptr;
    std::uint32_t generation = 0; ///< On the health page.
  };

  bool is_held(const caf::resumable* job) const;
  void begin_hang(kid& x);
  death_at judge_send(const caf::strong_actor_ptr& sender);

  std::shared_ptr<bool> power_;
  std::unique_ptr<health_page> page_ = std::make_unique<health_page>();
  lived_clock lived_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  supervisor_actor root_;
  const caf::resumable* root_job_ = nullptr;
  std::vector<kid> kids_;
  std::vector<hung_actor> hung_;
  std::optional<hang> began_to_hang_;
  std::uint64_t hangs_ = 0;
  dice order_;
  bool over_ = false, failed_ = false, all_held_ = false;
  std::uint64_t starts_ = 0, messages_ = 0, digest_ = 0;
};

} // namespace pmactor::simulation
