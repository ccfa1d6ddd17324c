// The NOTIFIER: notifies the user once of each freeze, with its length, cause and suspect; of critical stress
// and its end; and when pmactor itself does not work. decide_notice.hpp decides what and when, compose_notice.hpp
// in which words; the DELIVERY carries it. This shell never waits.
#pragma once

#include "actors/notifier/decide_notice.hpp"
#include "actors/notifier/notice_delivery.hpp"
#include "actors/notifier/notifier_policy.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "actors/supervision/round_timer.hpp"
#include "messages/actors.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// What outlives an incarnation; the topology keeps it.
struct notifier_memory {
  notice_state notices;
  habit_counts habits; ///< Of all events, whether they were reported or not.
  std::uint64_t sent = 0;                   ///< Messages.
  std::map<std::string, sink_result> sinks; ///< What is known of each, by its name.
  std::unique_ptr<notice_delivery> delivery;  ///< Goes on with its work whatever becomes of the actor.

  /// Drops whatever may be what its owner dies of, but not what it has seen.
  void start_afresh();
};

/// What it sends to itself.
struct fault_look {};

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::fault_look)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::sink_result)

namespace pmactor {

using notifier_impl
  = notifier_actor::extend<caf::reacts_to<sink_result>, caf::reacts_to<tick>, caf::reacts_to<fault_look>>;

/// Lost on a restart: what the DELIVERY says meanwhile; and the faults, which the SUPERVISOR reports anew.
class notifier_state {
public:
  using pointer = actor_pointer<notifier_impl, notifier_state>;

  static constexpr const char* name = "notifier";

  explicit notifier_state(pointer self) : self_(self) {
  }

  notifier_impl::behavior_type run(const notifier_policy& policy, const lived_clock* lived,
                                   const std::shared_ptr<notifier_memory>& memory,
                                   const open_delivery& open);

private:
  std::chrono::nanoseconds now() const; ///< In lived time.
  /// Lets *apply* change a copy of what is known, sends what is due then, and only then keeps the copy: a
  /// failure on the way leaves no trace.
  template <class F>
  void take(F apply);
  void send(const notice_message& x);
  void receive_result(const sink_result& x);
  void arm_due();
  void judge_faults();
  void say_how_it_goes();

  pointer self_;
  notifier_policy policy_;
  const lived_clock* lived_ = nullptr;
  std::shared_ptr<notifier_memory> memory_;
  std::vector<fault> faults_; ///< What of pmactor does not work at this moment.
  bool is_silent_ = false;
  round_timer<fault_look> looks_{std::chrono::seconds{10}};
  std::uint64_t armed_ = 0; ///< The newest tick; older ones are ignored.
};

/// @param lived outlives the actor.
/// @param open starts the DELIVERY, if the memory has none yet and messages are wanted at all.
notifier_impl::behavior_type notifier(notifier_state::pointer self, const actor_slot_ref& slot,
                                      const notifier_policy& policy, const lived_clock* lived,
                                      const std::shared_ptr<notifier_memory>& memory,
                                      const open_delivery& open);

} // namespace pmactor
