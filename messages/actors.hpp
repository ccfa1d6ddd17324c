// Every actor's typed handle on one page: who hears what, and why. Values live beside this file and
// know no CAF; the whitelist lines below are all that CAF needs to carry them.
#pragma once

#include "messages/power.hpp"
#include "messages/sample.hpp"
#include "messages/storage.hpp"
#include "messages/supervision.hpp"
#include "messages/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::gap)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::drill)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::link_to)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::stop_all)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::power_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::system_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::scored_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::remember)

namespace pmactor {

// ---- what every actor hears -------------------------------------------------------------------

/// A SUPERVISED actor, whatever else it is.
using supervised_actor = caf::typed_actor<
  // This stretch was a pause of the host: no timer may count it. From the SUPERVISOR.
  caf::reacts_to<gap>,
  // Fail as ordered, so that a drill can prove that nothing is lost. From `./dev chaos` only.
  caf::reacts_to<drill>>;

/// The SUPERVISOR starts, watches, restarts and stops all others. Detached, so that it sees a hang of the
/// pool.
using supervisor_actor = caf::typed_actor<
  // A pause of the host has ended; it passes the word to all.
  caf::reacts_to<gap>,
  // End the daemon in good order.
  caf::reacts_to<stop_all>>;

// ---- sinks: what one actor knows of the next ---------------------------------------------------
// A request to a sink is acknowledged when its handler has returned; until then the sender keeps the
// value and sends it again to the sink's successor (see outbox.hpp).

/// Hears of each decoded document of the powermetrics stream.
using power_sink_actor = caf::typed_actor<caf::reacts_to<power_sample>>;

/// Hears of each second's counters.
using system_sink_actor = caf::typed_actor<caf::reacts_to<system_sample>>;

/// Hears of each second's score.
using scored_sink_actor = caf::typed_actor<caf::reacts_to<scored_sample>>;

/// Keeps values over a restart of the program.
using memory_sink_actor = caf::typed_actor<caf::reacts_to<remember>>;

// ---- the actors ---------------------------------------------------------------------------------

/// The STORAGE WRITER is the only writer of the database. Detached: it waits for the disk.
using storage_writer_actor = caf::typed_actor<
  // Store this sample. Acknowledged when it is committed.
  caf::reacts_to<scored_sample>,
  // Keep this value in `daemon_state`. Acknowledged when it is committed.
  caf::reacts_to<remember>>
  ::extend_with<supervised_actor>;

/// The SAMPLE POLICY decides what is stored, and when the machine is in trouble.
using sample_policy_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER.
  caf::reacts_to<scored_sample>,
  // From now on store by way of this one; whatever its predecessor did not acknowledge, first.
  caf::reacts_to<link_to, scored_sink_actor>>
  ::extend_with<supervised_actor>;

/// The STRESS SCORER joins the newest power sample to each system sample and scores it.
using stress_scorer_actor = caf::typed_actor<
  // A new second, from SYSTEM METRICS.
  caf::reacts_to<system_sample>,
  // The newest view of the processes, from the POWERMETRICS READER.
  caf::reacts_to<power_sample>,
  // From now on tell this one of each score, under the role's name.
  caf::reacts_to<link_to, scored_sink_actor>,
  // From now on keep the I/O baseline with this one.
  caf::reacts_to<link_to, memory_sink_actor>>
  ::extend_with<supervised_actor>;

/// The POWERMETRICS READER owns the sampler child and turns its bytes into samples.
using powermetrics_reader_actor = caf::typed_actor<
  // From now on tell this one of each sample.
  caf::reacts_to<link_to, power_sink_actor>>
  ::extend_with<supervised_actor>;

/// SYSTEM METRICS is the metronome: each second of lived time it reads the machine's counters.
using system_metrics_actor = caf::typed_actor<
  // From now on tell this one of each sample; whatever its predecessor did not acknowledge, first.
  caf::reacts_to<link_to, system_sink_actor>>
  ::extend_with<supervised_actor>;

} // namespace pmactor
