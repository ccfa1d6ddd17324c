// The CLOCK SAMPLER: hands on what its beat's thread saw. A late beat is kept until it is acknowledged;
// a second of healthy beats is told once and then forgotten.
#pragma once

#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/supervision/outbox.hpp"
#include "messages/actors.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::beat_batch)

namespace pmactor {

using clock_sampler_impl = clock_sampler_actor::extend<caf::reacts_to<beat_batch>>;

/// Lost on a restart: the beats themselves, for the few milliseconds until the successor's thread beats.
/// No pause is found across its own death, as a first reading judges nothing. Late beats that were not
/// acknowledged are in *memory*, which the topology keeps.
struct clock_sampler_state {
  using pointer = actor_pointer<clock_sampler_impl, clock_sampler_state>;

  explicit clock_sampler_state(pointer) {
  }

  static constexpr const char* name = "clock-sampler";
  std::shared_ptr<outbox_memory<late_beat>> memory;
  std::unique_ptr<outbox<late_beat, beat_sink_actor>> late;
  beat_sink_actor sink;
  std::unique_ptr<beat_source> source; ///< Last, so that it ends first.
};

/// @param start `start_host_beat`; a test passes its own and sends batches by hand.
clock_sampler_impl::behavior_type clock_sampler(clock_sampler_state::pointer self,
                                                const actor_seat& seat, const beat_policy& policy,
                                                const start_beat& start,
                                                const std::shared_ptr<outbox_memory<late_beat>>& memory);

} // namespace pmactor
