// The POWERMETRICS READER owns the sampler child: it starts it, decodes what it writes, sends each
// sample to its sinks, and starts it again, with back-off, when it has ended, gone silent, or sent what cannot be
// read. It never waits for the child; a thread of the child's own does.
#pragma once

#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/decide_child_restart.hpp"
#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/find_sleep_in_window.hpp"
#include "actors/powermetrics_reader/sampler_child.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "actors/supervision/round_timer.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

/// There is news of the child of this generation, in its output.
struct child_spoke {
  std::uint64_t generation = 0;
};
/// The next step is due with the child of this generation.
struct child_due {
  enum class step : std::uint8_t { start, kill, leave };
  std::uint64_t generation = 0;
  step what = step::start;
  std::chrono::nanoseconds at{}; ///< In lived time.
};

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::child_spoke)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::child_due)

namespace pmactor {

using powermetrics_reader_impl
  = powermetrics_reader_actor::extend<caf::reacts_to<child_spoke>, caf::reacts_to<child_due>,
                                      caf::reacts_to<tick>>;

/// Lost on a restart: the child, which is ended and started afresh; the failures in a row, so that a new
/// reader starts its child at once; the sinks, which the SUPERVISOR links again.
class powermetrics_reader_state {
public:
  using pointer = actor_pointer<powermetrics_reader_impl, powermetrics_reader_state>;

  static constexpr const char* name = "powermetrics-reader";

  explicit powermetrics_reader_state(pointer self) : self_(self) {
  }

  powermetrics_reader_impl::behavior_type run(powermetrics_reader_policy policy, const lived_clock* lived,
                                              child_starter start);

private:
  std::chrono::nanoseconds now() const; ///< In lived time.

  void start_child();
  /// Informs the witnesses that the next document does not follow the last one.
  void break_line();
  void receive_news();
  void receive_document(const arrived_document& document);
  void receive_line(const std::string& line);
  void check_silence();
  /// Ends a child that lives but is of no use.
  void end_child(const std::string& why);
  /// Has the child's next step come due after so much lived time.
  void arm(child_due::step what, std::chrono::nanoseconds delay);
  void on_due(const child_due& x);
  /// The child is no more. @param why continues "The sampler child …".
  void child_is_down(const std::string& why);
  void say_how_it_goes();
  std::string last_words() const;

  pointer self_;
  powermetrics_reader_policy policy_;
  const lived_clock* lived_ = nullptr;
  child_starter start_;
  std::map<std::string, power_sink_actor> sinks_;
  std::map<std::string, witness_sink_actor> witnesses_;
  sample_decoder decoder_;
  std::optional<round_timer<tick>> looks_; ///< For a silence.

  // The child of this generation; all of it is made anew with the next.
  std::uint64_t generation_ = 0;
  std::shared_ptr<child_output> output_;
  std::unique_ptr<sampler_child> child_;
  std::chrono::nanoseconds last_sign_{};               ///< Lived time of its last document, or of its start.
  std::optional<std::chrono::nanoseconds> works_since_; ///< Lived time of its first document.
  std::optional<std::chrono::nanoseconds> arrived_at_;  ///< Of its last document, to know the rhythm.
  arrival_rhythm rhythm_;
  sleep_in_windows sleep_;
  unsigned bad_in_a_row_ = 0;
  std::string ending_why_; ///< Not empty once it was asked to end.

  // Of this and earlier ones.
  unsigned failures_ = 0; ///< In a row.
  std::uint64_t starts_ = 0, documents_ = 0, damaged_ = 0, dropped_ = 0;
  std::string shortfall_;           ///< What is amiss although it works: why the fallback does.
  std::deque<std::string> words_;   ///< The last lines of standard error that matter.
  std::chrono::nanoseconds logging_since_{}; ///< Lived time; lines are logged only so often.
  unsigned lines_logged_ = 0;
};

/// @param lived outlives the actor.
/// @param start how to start a child: start_child_process, or a scripted one in tests.
powermetrics_reader_impl::behavior_type
powermetrics_reader(powermetrics_reader_state::pointer self, actor_slot_ref slot, powermetrics_reader_policy policy,
                    const lived_clock* lived, child_starter start);

} // namespace pmactor
