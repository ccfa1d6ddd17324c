// Every actor's typed handle on one page: which message each receives, and why. Values live beside this file and
// know no CAF; the whitelist lines below are all that CAF needs to carry them.
#pragma once

#include "messages/forensics.hpp"
#include "messages/alert.hpp"
#include "messages/pause.hpp"
#include "messages/power.hpp"
#include "messages/remark.hpp"
#include "messages/sample.hpp"
#include "messages/storage.hpp"
#include "messages/supervision.hpp"
#include "messages/switch_rate.hpp"
#include "messages/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::drill)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::link_to)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::stop_all)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::reload)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::degradation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::fault_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::power_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::system_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::switch_rate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::scored_sample)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::remember)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::events_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::clock_reading)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::late_beat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::witness_reading)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::latency_window)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::pause_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::remark)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::event_record)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::event_amendment)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::ask_pinned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::pinned_folders)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::capture_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::stress_alert)

namespace pmactor {
// What the FORENSICS SUPERVISOR and its jobs say to each other is of no other role's concern: these values
// stay in its room.
struct job_end;
struct job_finished;
} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::job_end)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::job_finished)

namespace pmactor {

// ---- what every actor receives -------------------------------------------------------------------

/// A SUPERVISED actor, whatever else it is.
using supervised_actor = caf::typed_actor<
  // Fail as ordered, so that a drill can prove that nothing is lost. From `./dev chaos` only.
  caf::reacts_to<drill>>;

/// The SUPERVISOR starts, watches, restarts and stops all others. Detached, so that it sees a hang of the
/// pool.
using supervisor_actor = caf::typed_actor<
  // End the daemon in good order.
  caf::reacts_to<stop_all>,
  // Take up changed settings.
  caf::reacts_to<reload>,
  // Something of a child does not work, or works again.
  caf::reacts_to<degradation>>;

// ---- sinks: what one actor knows of the next ---------------------------------------------------
// A request to a sink is acknowledged when its handler has returned; until then the sender keeps the
// value and sends it again to the sink's successor (see outbox.hpp).

/// Receives each decoded document of the powermetrics stream.
using power_sink_actor = caf::typed_actor<caf::reacts_to<power_sample>>;

/// Receives each second's counters.
using system_sink_actor = caf::typed_actor<caf::reacts_to<system_sample>>;

/// Receives how often the machine switches between tasks, each second in which it does so much, and for some behind.
using switch_rate_sink_actor = caf::typed_actor<caf::reacts_to<switch_rate>>;

/// Receives each second's score.
using scored_sink_actor = caf::typed_actor<caf::reacts_to<scored_sample>>;

/// Keeps values over a restart of the program.
using memory_sink_actor = caf::typed_actor<caf::reacts_to<remember>>;

/// Receives, without acknowledging it, that there are events to be read from the history.
using stored_sink_actor = caf::typed_actor<caf::reacts_to<events_stored>>;

/// Receives how late the beats were, each second, and of each beat that was too late at once.
using beat_sink_actor = caf::typed_actor<caf::reacts_to<clock_reading>, caf::reacts_to<late_beat>>;

/// Receives each document of the sampler child: the second witness of a pause.
using witness_sink_actor = caf::typed_actor<caf::reacts_to<witness_reading>>;

/// Receives the lateness of each second.
using latency_sink_actor = caf::typed_actor<caf::reacts_to<latency_window>>;

/// Receives each pause, each sleep and each episode as it is found, and what becomes known of it later.
using pause_sink_actor
  = caf::typed_actor<caf::reacts_to<pause_event>, caf::reacts_to<event_amendment>>;

/// Takes what was seen as evidence of the events that it overlaps.
using remark_sink_actor = caf::typed_actor<caf::reacts_to<remark>>;

/// Learns what of its children does not work, or works again: the SUPERVISOR.
using degradation_sink_actor = caf::typed_actor<caf::reacts_to<degradation>>;

/// Receives each event with what led to it, and what becomes known of it later.
using event_sink_actor
  = caf::typed_actor<caf::reacts_to<event_record>, caf::reacts_to<event_amendment>>;

/// Receives how each capture ended: with a folder of evidence, or without, and why.
using capture_sink_actor = caf::typed_actor<caf::reacts_to<capture_report>>;

/// Knows the events that are stored.
using event_index_actor = caf::typed_actor<
  // Which folders must never go?
  caf::replies_to<ask_pinned>::with<pinned_folders>>;

/// Notifies people of stress and events.
using alert_sink_actor = caf::typed_actor<caf::reacts_to<stress_alert>>;

// ---- the actors ---------------------------------------------------------------------------------

/// The CLOCK SAMPLER beats ten times a second on a thread of its own, and reads the clocks and the cheap
/// counters right there.
using clock_sampler_actor = caf::typed_actor<
  // From now on send beats to this sink; first the late ones that its predecessor did not acknowledge.
  caf::reacts_to<link_to, beat_sink_actor>>
  ::extend_with<supervised_actor>;

/// The PAUSE DETECTOR finds the pause between two beats and explains it.
using pause_detector_actor = caf::typed_actor<
  // A second of beats, from the CLOCK SAMPLER.
  caf::reacts_to<clock_reading>,
  // A beat that was too late, from the CLOCK SAMPLER.
  caf::reacts_to<late_beat>,
  // The sampler child wrote a document, from the POWERMETRICS READER.
  caf::reacts_to<witness_reading>,
  // From now on send each pause to this sink; first what its predecessor did not acknowledge. Several
  // may be linked, each under its own role.
  caf::reacts_to<link_to, pause_sink_actor>,
  // From now on send each second's lateness to this sink.
  caf::reacts_to<link_to, latency_sink_actor>>
  ::extend_with<supervised_actor>;

/// The WITNESS KEEPER owns the witness child and makes stalls of what it feels.
using witness_keeper_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER: the clocks side by side.
  caf::reacts_to<scored_sample>,
  // The processes that wait, from the POWERMETRICS READER as soon as they were read: by the time of
  // the next second they may have waited for two.
  caf::reacts_to<power_sample>,
  // From now on report each stall to this one, at its begin and, amended, at its end; what its
  // predecessor did not acknowledge, first. Several may be linked, each under its own role.
  caf::reacts_to<link_to, pause_sink_actor>>::extend_with<supervised_actor>;

/// The BLACK BOX writes down what the machine is doing, and at the next start says how it ended.
using black_box_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER.
  caf::reacts_to<scored_sample>,
  // A stall, from the WITNESS KEEPER.
  caf::reacts_to<pause_event>,
  // What became known of it since.
  caf::reacts_to<event_amendment>,
  // From now on report the outage that was found to this sink; first what its predecessor did not acknowledge.
  // Several may be linked, each under its own role.
  caf::reacts_to<link_to, event_sink_actor>>
  ::extend_with<supervised_actor>;

/// The KERNEL LOG makes incidents of what the kernel logs.
using kernel_log_actor = caf::typed_actor<
  // From now on report each incident to this one; what its predecessor did not acknowledge, first.
  caf::reacts_to<link_to, pause_sink_actor>,
  // From now on report to this one what is evidence of a sleep.
  caf::reacts_to<link_to, remark_sink_actor>>
  ::extend_with<supervised_actor>;

/// The GROUP WATCH looks after the control groups of others: their quotas, their freezers, their memory.
using group_watch_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER: the pace, and whether to look closely.
  caf::reacts_to<scored_sample>,
  // From now on report to this one what holds a group up for long.
  caf::reacts_to<link_to, pause_sink_actor>,
  // From now on report to this one what held a group up for a while.
  caf::reacts_to<link_to, remark_sink_actor>>
  ::extend_with<supervised_actor>;

/// The SPEED WATCH notices when the machine is slow rather than frozen.
using speed_watch_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER.
  caf::reacts_to<scored_sample>,
  // From now on report to this one when the machine becomes slow, and when it no longer is.
  caf::reacts_to<link_to, pause_sink_actor>>
  ::extend_with<supervised_actor>;

/// The FLIGHT RECORDER remembers the last two minutes and freezes them into each event.
using flight_recorder_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER.
  caf::reacts_to<scored_sample>,
  // A pause or a sleep, from the PAUSE DETECTOR; a critical episode, from the SAMPLE POLICY; a stall, from the
  // WITNESS KEEPER; an incident, from the KERNEL LOG.
  caf::reacts_to<pause_event>,
  // What became known of it since, from the same.
  caf::reacts_to<event_amendment>,
  // What was seen for a while: evidence of the events that it overlaps.
  caf::reacts_to<remark>,
  // From now on send events to this sink; first what its predecessor did not acknowledge. Several
  // may be linked, each under its own role.
  caf::reacts_to<link_to, event_sink_actor>>
  ::extend_with<supervised_actor>;

/// The SWITCH RECORDER holds the scheduler's flight recorder and says who was on the CPUs meanwhile. Detached: it
/// copies rings and reads what the system says of processes.
using switch_recorder_actor = caf::typed_actor<
  // An event, from the FLIGHT RECORDER, which has passed it on to the storage by then.
  caf::reacts_to<event_record>,
  // What became known of it since, from the same: whether a stall is over.
  caf::reacts_to<event_amendment>,
  // The machine switches much between tasks, or did so until lately; from SYSTEM METRICS.
  caf::reacts_to<switch_rate>,
  // From now on report who did it to this one, as an amendment; first what its predecessor did not acknowledge.
  caf::reacts_to<link_to, pause_sink_actor>>
  ::extend_with<supervised_actor>;

/// The NOTIFIER sends the user one notification of each thing that matters.
using notifier_actor = caf::typed_actor<
  // A pause, a sleep or a critical episode, from the FLIGHT RECORDER.
  caf::reacts_to<event_record>,
  // What became known of it since.
  caf::reacts_to<event_amendment>,
  // The stress has changed, from the SAMPLE POLICY.
  caf::reacts_to<stress_alert>,
  // Evidence was captured, from the FORENSICS SUPERVISOR.
  caf::reacts_to<capture_report>,
  // What of pmactor does not work, from the SUPERVISOR; its own part is left out, as it would report it by
  // the very means that do not work.
  caf::reacts_to<fault_list>>
  ::extend_with<supervised_actor>;

/// The STORAGE WRITER is the only writer of the database. Detached: it waits for the disk.
using storage_writer_actor = caf::typed_actor<
  // Store this sample. Acknowledged when it is committed.
  caf::reacts_to<scored_sample>,
  // Keep this value in `daemon_state`. Acknowledged when it is committed.
  caf::reacts_to<remember>,
  // Store this event. Acknowledged when it is committed.
  caf::reacts_to<event_record>,
  // Store what became known of an event since. Acknowledged when it is committed.
  caf::reacts_to<event_amendment>,
  // Store with its event what was captured of it. Acknowledged when it is committed.
  caf::reacts_to<capture_report>,
  // From now on report to this sink when something of events was committed.
  caf::reacts_to<link_to, stored_sink_actor>>
  ::extend_with<event_index_actor>
  ::extend_with<supervised_actor>;

/// The EXPORTER has events and metrics carried to other systems. What it carries it reads from the history.
using exporter_actor = caf::typed_actor<
  // There is something new to carry, from the STORAGE WRITER.
  caf::reacts_to<events_stored>,
  // From now on keep in this store how far each receiver has come.
  caf::reacts_to<link_to, memory_sink_actor>>
  ::extend_with<supervised_actor>;

/// The FORENSICS SUPERVISOR captures the evidence of an event while it is fresh: each artifact is a job
/// of its own with a time-out, one capture at a time, within a budget.
using forensics_supervisor_actor = caf::typed_actor<
  // An event, from the FLIGHT RECORDER. Acknowledged at once: a capture that is lost with the daemon is
  // finished as incomplete at the next start.
  caf::reacts_to<event_record>,
  // What became known of it since: it goes into the metadata if that is not written yet.
  caf::reacts_to<event_amendment>,
  // From now on report captures to this sink; first what its predecessor did not acknowledge. Several
  // may be linked, each under its own role.
  caf::reacts_to<link_to, capture_sink_actor>,
  // From now on ask this index which folders are to be kept.
  caf::reacts_to<link_to, event_index_actor>>
  ::extend_with<supervised_actor>;

/// The parent of EVIDENCE JOBS: the FORENSICS SUPERVISOR.
using evidence_job_parent_actor = caf::typed_actor<
  // A job has ended, with what it found.
  caf::reacts_to<job_finished>>;

/// An EVIDENCE JOB takes one artifact: it waits for the job's thread, and ends it when its time, in lived
/// time, is up.
using evidence_job_actor = caf::typed_actor<
  // The thread is done, from the thread itself.
  caf::reacts_to<job_end>,
  // Its own timer.
  caf::reacts_to<tick>>;

/// The SAMPLE POLICY decides what is stored, and when the machine is in trouble.
using sample_policy_actor = caf::typed_actor<
  // A new second, from the STRESS SCORER.
  caf::reacts_to<scored_sample>,
  // From now on store through this sink; first what its predecessor did not acknowledge.
  caf::reacts_to<link_to, scored_sink_actor>,
  // From now on send each critical episode to this sink when it begins, and its end as an amendment.
  caf::reacts_to<link_to, pause_sink_actor>,
  // From now on send alerts of stress to this sink.
  caf::reacts_to<link_to, alert_sink_actor>>
  ::extend_with<supervised_actor>;

/// The STRESS SCORER joins the newest power sample to each system sample and scores it.
using stress_scorer_actor = caf::typed_actor<
  // A new second, from SYSTEM METRICS.
  caf::reacts_to<system_sample>,
  // The newest view of the processes, from the POWERMETRICS READER.
  caf::reacts_to<power_sample>,
  // How late the beats of a second were, from the PAUSE DETECTOR.
  caf::reacts_to<latency_window>,
  // From now on send each score to this sink; first what its predecessor did not acknowledge. Several may be
  // linked, each under its own role.
  caf::reacts_to<link_to, scored_sink_actor>,
  // From now on keep the I/O baseline in this store.
  caf::reacts_to<link_to, memory_sink_actor>>
  ::extend_with<supervised_actor>;

/// The POWERMETRICS READER owns the sampler child and turns its bytes into samples.
using powermetrics_reader_actor = caf::typed_actor<
  // From now on send each sample to this sink.
  caf::reacts_to<link_to, power_sink_actor>,
  // From now on report to this sink when the child was alive.
  caf::reacts_to<link_to, witness_sink_actor>>
  ::extend_with<supervised_actor>;

/// SYSTEM METRICS is the metronome: each second of lived time it reads the machine's counters.
using system_metrics_actor = caf::typed_actor<
  // From now on send each sample to this sink; first what its predecessor did not acknowledge.
  caf::reacts_to<link_to, system_sink_actor>,
  // From now on send this sink how often the machine switches between tasks, while it does so much.
  caf::reacts_to<link_to, switch_rate_sink_actor>>
  ::extend_with<supervised_actor>;

} // namespace pmactor
