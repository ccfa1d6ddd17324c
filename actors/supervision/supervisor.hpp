// The SUPERVISOR: starts its children in order, watches them, restarts them as decide_restart says, and
// stops them in reverse. It knows no role by name: which children there are and what links them is the
// topology's business (app/topology.cpp). The life of a child is in supervisor.cpp, the watch over hangs
// (decide_hang) and faults in supervisor_watch.cpp, a reload of the settings in supervisor_reload.cpp.
#pragma once

#include "actors/supervision/decide_restart.hpp"
#include "actors/supervision/health_page.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "actors/supervision/reload_order.hpp"
#include "actors/supervision/round_timer.hpp"
#include "actors/supervision/watch_handlers.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How to run one child.
struct child_spec {
  std::string id; ///< The role's name, as in the folder: "stress-scorer".
  /// The daemon goes on, degraded, when an optional child exhausts its intensity, which is its own. The
  /// others share one, and its exhaustion ends the daemon.
  bool optional = false;
  /// Its successor may be at work while it still hangs in a handler: it is on a thread of its own, and nothing
  /// outlives an incarnation, so that the two share no memory. It is replaced when it hangs.
  bool replaceable = false;
  /// Its beat keeps the lived clock: a clock without one is this child's degradation.
  bool beats = false;
  std::chrono::nanoseconds shutdown = std::chrono::milliseconds{200}; ///< Patience before a kill.
  /// A handler that runs longer than this much lived time is a hang.
  std::chrono::nanoseconds hang_limit = std::chrono::seconds{10};
  /// Spawns it with `spawn<caf::monitored>` and the slot reference as its first argument.
  std::function<caf::strong_actor_ptr(caf::local_actor& parent, const actor_slot_ref& slot)> start;
  /// Drops what outlives an incarnation; called when the child keeps failing before it has handled
  /// anything. Empty if nothing does: only then may a successor be started before its predecessor has ended.
  std::function<void()> forget;
  /// Sends the child what does not work of its siblings. Empty for a child that does not want to know.
  std::function<void(const caf::strong_actor_ptr& child, const fault_list& faults)> report_faults;
};

/// How the children are, once a second.
struct supervision_report {
  std::vector<fault> faults;
  /// The longest that a child without which the daemon cannot go on has been in one handler beyond its limit, in lived
  /// time, also one that a reload has left behind; zero if none hangs.
  std::chrono::nanoseconds longest_hang{};
};

/// What the SUPERVISOR is given at its start.
struct supervisor_setup {
  std::vector<child_spec> children; ///< In start order.
  supervisor_policy policy;
  /// Called after each start with the new handle, and with null when it is gone. The topology sends the
  /// links from here; it must not keep a dead handle, which would keep a dead actor's thread.
  std::function<void(std::string_view id, const caf::strong_actor_ptr& handle)> wire;
  health_page* page = nullptr; ///< Outlives the actor; null in tests that need none.
  lived_clock* lived = nullptr; ///< Outlives the actor; its pulse keeps the clock going without a beat.
  /// Called with each pulse, once a second: the place to stamp the page with the host's clocks.
  std::function<void()> on_pulse;
  /// Called behind it with how the children are. May be empty.
  std::function<void(const supervision_report&)> on_report;
  /// Called with each pulse. @returns whether the page has lost its content. May be empty.
  std::function<bool()> page_was_lost;
  /// Called when the settings have changed: from now on `start` takes those that hold. May be empty.
  std::function<reload_order()> on_reload;
  /// Called when all children that a reload restarted are up, or were given up. May be empty.
  std::function<void(const reload_result&)> on_reloaded;
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
    std::chrono::nanoseconds hang_logged{}; ///< When the handler began of whose hang the log knows.
    std::vector<caf::actor_addr> lingering; ///< Incarnations left behind that have not ended yet.
    std::chrono::nanoseconds left_behind{}; ///< When the last of these was, in lived time.
    actor_phase phase = actor_phase::starting;
    std::string degraded; ///< What does not work of this incarnation; empty if all is well.
    std::chrono::nanoseconds handling_for{}; ///< In its handler, in lived time, as of the last look.
    std::string failure;  ///< The last one, in words.
    bool stopping_for_reload = false;
    bool awaits_predecessor = false; ///< It is started as soon as those that linger have ended.
    bool killed = false;
  };

  /// A reload under way.
  struct reload_state {
    std::vector<std::size_t> children; ///< That are restarted, in start order.
    std::vector<std::size_t> awaited;  ///< Those of them that are not up yet.
    bool launched = false;             ///< All were down and have been started again.
    reload_result result;
  };

  std::chrono::nanoseconds lived() const;
  void attach_slots();
  void launch(std::size_t index);
  /// @returns whether an incarnation that was left behind still has the memory, and the slot, of its successor to be.
  static bool has_predecessor(const child_state& child);
  /// Starts the child later, when its predecessor has ended.
  void await_predecessor(std::size_t index);
  void on_down(caf::down_msg& x);
  void forget_handle(child_state& child);
  /// Decides what follows from the end of a child that was not asked to end.
  void failed(std::size_t index, const std::string& why);
  void schedule(std::size_t index, std::chrono::nanoseconds delay);
  void note_failure(child_state& child, const std::string& why);
  void give_up(std::size_t index, const std::string& why);
  void ask_to_stop(std::size_t index);
  /// Children end one after the other, the last started first: what an earlier one sent before it ended
  /// is handled by the later ones.
  void stop_next();
  void on_shutdown_late(const shutdown_late& x);
  /// Lets go of an incarnation that does not end. Its end is still waited for: see decide_hang.
  void leave_behind(child_state& child);
  void set_phase(child_state& child, actor_phase phase);
  void drill_random_child();

  // Of the watch.
  /// Once a second.
  void give_pulse();
  /// Says at the child that beats whether the lived clock has to do without.
  void check_beat();
  void look_at_handlers();
  void check_hang(std::size_t index);
  /// @returns for how long the child, or the predecessor that it needs to end, has come to nothing; in lived time.
  std::chrono::nanoseconds hanging_for(const child_state& child) const;
  void on_degradation(const degradation& x);
  std::vector<fault> faults() const;
  /// To the children that want to know.
  void report_faults();
  void report_faults_to(const child_state& child);
  /// Writes what it knows of its children to a page that has lost it.
  void restore_slots();

  // Of a reload.
  void begin_reload();
  /// All are down before the first is started again, so that no successor is linked to a predecessor's sibling.
  void launch_reloaded_when_down();
  bool is_awaited(std::size_t index) const;
  /// Waits until the child answers: then it has been through its start.
  void await_answer(std::size_t index);
  /// Once a second: goes on without the children whose predecessors hang.
  void check_held_up();
  /// Nothing more of the child is awaited: it is up, or in one of the other lists of the result.
  void settled(std::size_t index);
  void finish_reload();

  pointer self_;
  supervisor_setup setup_;
  std::vector<child_state> children_;
  restart_history core_restarts_;
  handler_watch handlers_;
  bool misses_beat_ = false; ///< And says so.
  std::optional<reload_state> reload_;
  bool reload_again_ = false; ///< Settings have changed since it began.
  std::vector<fault> reported_; ///< What the children know of each other.
  round_timer<pulse> pulse_{pulse_period};
  std::minstd_rand random_;
  bool stopping_ = false;
  bool over_ = false; ///< Has quit while starting its children.
};

/// Ends without a reason when all children are down after stop_all, and with failure::restart_limit when
/// the core's restart intensity is exhausted. Its death takes its children along.
supervisor_impl::behavior_type supervisor(supervisor_state::pointer self, supervisor_setup setup);

} // namespace pmactor
