// The actors of the daemon, in start order, and which is linked to which. The one list of actors.
#pragma once

#include "actors/black_box/box_host.hpp"
#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/exporter/export_carrier.hpp"
#include "actors/forensics_supervisor/evidence_job.hpp"
#include "actors/forensics_supervisor/summarize_capture.hpp"
#include "actors/group_watch/group_look.hpp"
#include "actors/kernel_log/log_reader.hpp"
#include "actors/notifier/count_habits.hpp"
#include "actors/notifier/notice_delivery.hpp"
#include "actors/powermetrics_reader/sampler_child.hpp"
#include "actors/speed_watch/speed_look.hpp"
#include "actors/storage_writer/history.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/witness_keeper/witness_child.hpp"
#include "actors/supervision/supervisor.hpp"
#include "actors/switch_recorder/switch_source.hpp"
#include "actors/system_metrics/read_counters.hpp"
#include "app/settings/settings.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// Where the actors touch the world. Production fills them with the host, a simulation with a world of its
/// own.
struct topology_seams {
  counters_source read_counters;
  child_starter start_child;
  open_history open;
  open_delivery delivery; ///< May be empty: then no message is sent.
  open_carrier carrier; ///< May be empty: then nothing is exported.
  start_evidence_job capture; ///< May be empty: then nothing is captured.
  capture_platform platform = capture_platform::on_linux;
  capture_facts facts; ///< Of this host.
  snapshot_source snapshot; ///< May be empty.
  witness_host witness;     ///< May be empty.
  start_switch_source switches; ///< May be empty: then none records who is on the CPUs.
  std::shared_ptr<box_host> box; ///< May be null: then no black box is written.
  kernel_log_host kernel_log; ///< May be empty.
  group_watch_host groups;    ///< May be empty.
  speed_watch_host speed;     ///< May be empty.
  start_beat beat; ///< Publishes the lived clock. May be empty: then nothing beats.
  // As in supervisor_setup.
  std::function<void()> on_pulse; ///< Stamps the health page with the clocks.
  std::function<void(const supervision_report&)> on_report;
  std::function<bool()> page_was_lost;
  std::function<void(const reload_result&)> on_reloaded;
  std::function<settings()> read_settings; ///< Those that hold from now on; for a reload. May be empty.
  /// Fills in the host's own sampler where the settings name none. May be empty.
  std::function<powermetrics_reader_policy(powermetrics_reader_policy)> find_sampler;
  bool all_pooled = false;        ///< For CAF's deterministic scheduler, which knows no threads.
};

/// How to run the house.
struct topology_options {
  settings conf;
  std::string io_baseline; ///< As an earlier run had it remembered; empty if none did.
  std::chrono::nanoseconds drill_every{}; ///< As in supervisor_setup.
  std::uint32_t drill_seed = 0;
  /// Is given a function that collects all rows that the STORAGE WRITER has not acknowledged, to be called
  /// when no actor is left. May be null.
  std::function<std::vector<history_row>()>* unstored = nullptr;
  habit_counts habits; ///< Of earlier runs.
};

/// @returns what the SUPERVISOR needs: the children, what outlives each of them, the links between them.
/// @param page outlives all actors.
/// @param lived outlives all actors; what beats publishes it.
supervisor_setup make_topology(const topology_options& options, const topology_seams& seams,
                               health_page& page, lived_clock& lived);

} // namespace pmactor
