// The SUPERVISOR: starts its children in order, watches them, restarts them as decide_restart says, and
// stops them in reverse. It knows no role by name: who they are and who is linked to whom is the
// topology's business (app/topology.cpp).
#pragma once

#include "actors/supervision/decide_restart.hpp"
#include "actors/supervision/health_page.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "actors/supervision/round_timer.hpp"
#include "actors/supervision/watch_handlers.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How to run one child.
struct child_spec {
  std::string id; ///< The role's name, as in the folder: "stress-scorer".
  restart_type restart = restart_type::permanent;
  /// The daemon goes on, degraded, when an optional child exhausts its intensity, which is its own. The
  /// others share one, and its exhaustion ends the daemon.
  bool optional = false;
  /// On a thread of its own, and so replaced when it hangs. Whatever outlives one incarnation must then
  /// not be shared with its successor.
  bool detached = false;
  /// Its beat keeps the lived clock: a clock without one is this child's degradation.
  bool beats = false;
  std::chrono::nanoseconds shutdown = std::chrono::milliseconds{200}; ///< Patience before a kill.
  /// A handler that runs longer than this much lived time is a hang.
  std::chrono::nanoseconds hang_limit = std::chrono::seconds{10};
  /// Spawns it with `spawn<caf::monitored>` and the slot reference as its first argument.
  std::function<caf::strong_actor_ptr(caf::local_actor& parent, const actor_slot_ref& slot)> start;
  /// Drops what outlives an incarnation; called when the child keeps failing before it has handled
  /// anything. May be empty.
  std::function<void()> forget;
};

/// What the SUPERVISOR is told at its start.
struct supervisor_setup {
  std::vector<child_spec> children; ///< In start order.
  restart_strategy strategy = restart_strategy::one_for_one;
  restart_policy policy;
  /// Called after each start with the new handle, and with null when it is gone. The topology sends the
  /// links from here; it must not keep a dead handle, which would keep a dead actor's thread.
  std::function<void(std::string_view id, const caf::strong_actor_ptr& handle)> wire;
  health_page* page = nullptr; ///< Outlives the actor; null in tests that need none.
  lived_clock* lived = nullptr; ///< Outlives the actor; its pulse keeps the clock going without a beat.
  /// Called with each pulse, once a second: the place to stamp the page with the host's clocks.
  std::function<void()> on_pulse;
  /// Called when the settings have changed, before the children are started again: what `start` makes
  /// of them must be what holds from now on. May be empty.
  /// @returns the policy that holds from now on.
  std::function<restart_policy()> on_reload;
  std::chrono::nanoseconds drill_every{}; ///< Above zero: let a random child fail this often.
  std::uint32_t drill_seed = 0;
};

/// What it sends to itself.
struct restart_child {
  std::size_t index = 0;
  std::uint64_t generation = 0;
};
struct shutdown_late {
  std::size_t index = 0;
  std::uint64_t generation = 0;
  std::chrono::nanoseconds due{}; ///< In lived time.
};
struct pulse {};
struct drill_one {};

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::restart_child)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::shutdown_late)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::pulse)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::drill_one)

namespace pmactor {

using supervisor_impl
  = supervisor_actor::extend<caf::reacts_to<restart_child>, caf::reacts_to<shutdown_late>,
                             caf::reacts_to<pulse>, caf::reacts_to<drill_one>>;

/// Remembers the children; lost with the SUPERVISOR, whose end is the daemon's.
class supervisor_state {
public:
  using pointer = actor_pointer<supervisor_impl, supervisor_state>;

  static constexpr const char* name = "supervisor";
  static constexpr std::chrono::nanoseconds pulse_period = std::chrono::seconds{1};

  explicit supervisor_state(pointer self) : self_(self) {
  }

  supervisor_state(const supervisor_state&) = delete;
  supervisor_state& operator=(const supervisor_state&) = delete;

  ~supervisor_state();
  supervisor_impl::behavior_type run(supervisor_setup setup);

private:
  struct child_state {
    child_spec spec;
    health_slot* slot = nullptr;
    caf::strong_actor_ptr handle;  ///< Null while it is down: a dead handle keeps a dead thread.
    std::uint64_t generation = 0;  ///< Counts ends, so that an old timer finds nothing to do.
    std::uint32_t incarnations = 0; ///< Counts starts.
    restart_history restarts;
    std::uint64_t handled_at_start = 0;
    unsigned early_failures = 0;   ///< In a row, before having handled anything.
    std::chrono::nanoseconds hang_told{}; ///< When the handler began of whose hang the log knows.
    unsigned abandoned = 0;        ///< Hung incarnations whose threads still linger.
    bool stopping_for_sibling = false;
    bool asked_for = false; ///< Is restarted as ordered, which is not counted as a restart.
    std::chrono::nanoseconds delay{}; ///< Of its next start, once its group is down.
    bool killed = false;
  };

  std::chrono::nanoseconds lived() const;
  void attach_slots();
  void launch(std::size_t index);
  void on_down(caf::down_msg& x);
  void forget_handle(child_state& child);
  /// Decides what follows from the end of a child that nobody asked to end.
  void failed(std::size_t index, exit_kind kind, const std::string& why);
  /// Adds these to those that are restarted together. Some of an earlier group may still be on their way
  /// down: then all wait for all.
  void join_group(const std::vector<std::size_t>& more, std::chrono::nanoseconds delay, bool asked_for);
  bool is_in_group(std::size_t index) const;
  /// All of the group are down before the first is started again.
  void launch_group_when_down();
  void schedule(std::size_t index, std::chrono::nanoseconds delay);
  void note_failure(child_state& child, const std::string& why);
  void give_up(child_state& child, const std::string& why);
  void ask_to_stop(std::size_t index);
  /// Children end one after the other, the last started first: what an earlier one sent before it ended
  /// is handled by the later ones.
  void stop_next();
  void restart_all();
  void on_shutdown_late(const shutdown_late& x);
  /// Once a second.
  void give_pulse();
  /// Says at the child that beats whether the lived clock has to do without.
  void check_beat();
  void check_hang(std::size_t index);
  void drill_random_child();
  void set_phase(child_state& child, actor_phase phase);

  pointer self_;
  supervisor_setup setup_;
  std::vector<child_state> children_;
  restart_history core_restarts_;
  handler_watch handlers_;
  std::vector<std::size_t> group_; ///< Being restarted together: stopped first, then started.
  round_timer<pulse> pulse_{pulse_period};
  bool misses_beat_ = false; ///< And says so.
  std::minstd_rand random_;
  bool stopping_ = false;
  bool over_ = false; ///< Has quit while starting its children.
};

/// Ends without a reason when all children are down after stop_all, and with failure::restart_limit when
/// the core's restart intensity is exhausted. Its death takes its children along.
supervisor_impl::behavior_type supervisor(supervisor_state::pointer self, supervisor_setup setup);

} // namespace pmactor
