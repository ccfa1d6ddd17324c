// The CLOCK SAMPLER: hands on what its beat's thread saw. A late beat is kept until it is
// acknowledged; a second of healthy beats is sent once and then forgotten.
#pragma once

#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/supervision/outbox.hpp"
#include "messages/actors.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace pmactor {

/// To itself: the beat has left something.
struct beats_due {};
inline std::string to_string(const beats_due&) {
  return "beats_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::beats_due)

namespace pmactor {

using clock_sampler_impl = clock_sampler_actor::extend<caf::reacts_to<beats_due>>;

/// What outlives an incarnation; the topology keeps it. The beat itself is in it: it goes on while its
/// actor is being restarted, so that no pause is missed.
class clock_sampler_memory {
public:
  static constexpr std::size_t most_late = 64;      ///< Beats that wait for the actor.
  static constexpr std::size_t most_lateness = 600; ///< A minute of healthy ones.

  /// From the beat's thread. What is beyond the bounds falls off and is counted: of the late beats
  /// the one that was least late, of the healthy ones the oldest.
  void deposit(beat_batch x);
  /// Calls *nudge* at each deposit from now on.
  void set_listener(std::uint32_t incarnation, std::function<void()> nudge);
  /// Forgets it, if it still listens: one that was left behind may end long after its successor began.
  void drop_listener(std::uint32_t incarnation);
  /// @returns what was left but for the late beats.
  beat_batch take();
  /// @returns the oldest late beat, which stays until drop_late().
  std::optional<late_beat> oldest_late();
  void drop_late();
  /// @returns how many beats fell off, here or on their way here, since this was last asked.
  std::uint64_t take_dropped();
  /// Drops whatever may be what its owner dies of.
  void start_afresh();

  outbox_memory<late_beat> pending; ///< The actor's alone.
  std::unique_ptr<beat_source> source; ///< The actor's alone; null until the first one started it.

  ~clock_sampler_memory();

private:
  std::mutex mutex_; ///< Guards what follows.
  beat_batch left_;
  std::deque<late_beat> late_;
  std::uint64_t dropped_ = 0; ///< And not asked for yet.
  std::uint64_t lost_ = 0;    ///< On their way here, as the beat's thread counts them.
  std::function<void()> nudge_;
  std::uint32_t listener_ = 0; ///< Its incarnation, or that of the last one.
};

/// Lost on a restart: nothing but the sink, which is linked again.
struct clock_sampler_state {
  using pointer = actor_pointer<clock_sampler_impl, clock_sampler_state>;

  explicit clock_sampler_state(pointer) {
  }
  clock_sampler_state(const clock_sampler_state&) = delete;
  clock_sampler_state& operator=(const clock_sampler_state&) = delete;
  ~clock_sampler_state();

  static constexpr const char* name = "clock-sampler";
  std::shared_ptr<clock_sampler_memory> memory;
  std::uint32_t incarnation = 0;
  std::unique_ptr<outbox<late_beat, beat_sink_actor>> late;
  beat_sink_actor sink;
};

/// @param start `start_host_beat`; empty if another source makes deposits.
clock_sampler_impl::behavior_type clock_sampler(clock_sampler_state::pointer self,
                                                const actor_slot_ref& slot, const beat_policy& policy,
                                                const start_beat& start,
                                                const std::shared_ptr<clock_sampler_memory>& memory);

} // namespace pmactor
