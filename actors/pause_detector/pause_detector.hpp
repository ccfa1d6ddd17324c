// The PAUSE DETECTOR: finds the pause between two beats, explains it, reports it to its sinks, and
// reports it again with what the second witness says. Keeps the histogram of all lateness.
#pragma once

#include "actors/pause_detector/lateness_histogram.hpp"
#include "actors/pause_detector/pause_detector_policy.hpp"
#include "actors/supervision/outboxes.hpp"
#include "messages/actors.hpp"

#include <map>

namespace pmactor {

/// What outlives an incarnation; the topology keeps it.
struct pause_detector_memory {
  /// What each role that is linked has not acknowledged yet.
  outbox_memories<pause_news> pending;
  /// Of the last late beat that was judged: one that is sent again is not reported twice.
  std::chrono::nanoseconds judged{};
  std::deque<pause_event> unwitnessed; ///< Pauses whose scope is still open.
  witness_line witness;
  std::optional<std::uint64_t> sleeps;   ///< Suspends, as last counted.
  std::optional<pause_event> last_pause; ///< The last one, as reported; a suspend may still explain it.
  std::chrono::nanoseconds apart{};      ///< The clocks, at the last reading.
  std::chrono::nanoseconds stepped{};    ///< Up to when steps of the wall clock were reported, on the awake clock.
  lateness_histogram since_start;
  /// Of beats that came late for what held pmactor alone, until the reading that has them comes.
  std::deque<std::chrono::nanoseconds> own_lateness;

  /// Drops whatever may be what its owner dies of, but not which beats it has seen.
  void start_afresh();
};

/// Lost on a restart: the histogram of the current minute, the sinks because they are linked again.
struct pause_detector_state {
  using pointer = actor_pointer<pause_detector_actor, pause_detector_state>;

  explicit pause_detector_state(pointer self_) : self{self_} {
  }

  void judge(const late_beat& beat);
  /// Reports the lateness of a second. A beat that was late because pmactor alone was held, by a signal for one, is no
  /// stress of the machine.
  void receive(const clock_reading& reading);
  /// Counts on the health page by how much a window of the second witness was longer than usual.
  void count_window(const witness_reading& x);
  void judge_step(const clock_step& step);
  void judge_sleeps(const clock_reading& reading);
  void settle_scopes(std::chrono::nanoseconds now);
  void publish(const pause_news& news);
  /// Keeps it until its scope is known.
  void await_witness(const pause_event& event);

  static constexpr const char* name = "pause-detector";
  pointer self;
  pause_detector_policy policy;
  std::shared_ptr<pause_detector_memory> memory;
  outboxes<pause_news, pause_sink_actor> sinks;
  latency_sink_actor latency_sink;
  lateness_histogram minute, last_minute;
  std::chrono::nanoseconds minute_began{}; ///< On the awake clock.
};

pause_detector_actor::behavior_type pause_detector(pause_detector_state::pointer self,
                                                   const actor_slot_ref& slot,
                                                   const pause_detector_policy& policy,
                                                   const std::shared_ptr<pause_detector_memory>& memory);

/// @returns the sentence that a log and a terminal show of an event.
std::string sentence_of(const pause_event& event);

} // namespace pmactor
