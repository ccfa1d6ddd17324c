#include "app/daemon.hpp"

#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/clock_sampler/count_continues.hpp"
#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "actors/forensics_supervisor/evidence_job_posix.hpp"
#include "actors/host/child_setup.hpp"
#include "actors/host/namespaces.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/notifier/delivery_thread.hpp"
#include "actors/powermetrics_reader/default_command.hpp"
#include "actors/powermetrics_reader/start_sampler.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/supervision/log.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "actors/supervision/note_fatal_signal.hpp"
#include "actors/witness_keeper/witness_child.hpp"
#include "app/command_line/command.hpp"
#include "app/export/carry_exports.hpp"
#include "app/instance/daemon_history.hpp"
#include "app/instance/deadline.hpp"
#include "app/instance/log_file.hpp"
#include "app/instance/open_black_box.hpp"
#include "app/settings/describe_problems.hpp"
#include "app/topology.hpp"
#include "app/witness/own_quota.hpp"
#include "messages/words.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view component = "daemon";
constexpr auto patience = 800ms; ///< For an orderly end.
constexpr auto marker_patience = 200ms; ///< Until the clean marker of the black box is on the disk.

sigset_t awaited_signals() {
  sigset_t result;
  sigemptyset(&result);
  for (const int x : {SIGINT, SIGTERM, SIGHUP, SIGUSR1})
    sigaddset(&result, x);
  return result;
}

void stamp(health_page& page) {
  const auto now = read_clocks();
  page.pulse_awake_ns.store(now.awake.count());
  page.pulse_total_ns.store(now.total.count());
  page.pulse_wall_ns.store(now.wall.count());
}

/// @param started by the clocks.
void introduce(health_page& page, const places& where, const clock_sample& started) {
  const auto self = own_identity();
  const auto namespaces = own_namespaces();
  page.pid.store(self.pid);
  page.process_start.store(self.start);
  page.boot_id.write(self.boot_id);
  page.pid_namespace.store(namespaces.pid);
  page.time_namespace.store(namespaces.time);
  page.data_folder.write(where.data.string());
  page.started_total_ns.store(started.total.count());
  page.started_wall_ns.store(started.wall.count());
  stamp(page);
  page.mark.store(health_page::magic, std::memory_order_release);
}

/// @returns the policy with what it leaves to the host filled in.
powermetrics_reader_policy with_own_sampler(powermetrics_reader_policy policy) {
  if (policy.command.empty()) {
    policy.command = default_command(policy.interval, policy.coalitions);
    policy.fallback = fallback_command(policy.interval);
  }
  return policy;
}

/// The settings that hold, handed from the main thread, which reads them, to the SUPERVISOR's.
class settings_snapshot {
public:
  explicit settings_snapshot(settings conf) : conf_(std::move(conf)) {
  }
  void put(settings conf) {
    std::lock_guard guard{mutex_};
    conf_ = std::move(conf);
  }
  settings get() {
    std::lock_guard guard{mutex_};
    return conf_;
  }

private:
  std::mutex mutex_;
  settings conf_;
};

/// Reads the settings again.
/// @returns whether there are new ones to be taken up; if not, the log and the page say why.
bool read_again(const daemon_options& options, settings_snapshot& held, health_page& page) {
  auto read = options.read_settings();
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      log_line(log_level::error, component, "settings-refused", x);
    log_line(log_level::warning, component, "settings-kept",
             "The changed settings are not taken up; the old ones hold.");
    page.settings_problems.write(describe_problems(read.problems, page.settings_problems.room));
    return false;
  }
  if (options.settings_taken)
    options.settings_taken(read.values);
  held.put(std::move(read.values));
  return true;
}

/// Acknowledges a reload: by now all that it could restart is up.
void acknowledge(const reload_result& result, health_page& page, const readiness* starter) {
  const auto words = to_string(result);
  page.settings_answer.write(describe_within(result, page.settings_answer.room));
  const bool is_complete = result.given_up.empty() && result.held_up.empty();
  (is_complete ? page.settings_taken : page.settings_incomplete).fetch_add(1);
  log_line(is_complete ? log_level::info : log_level::error, component, "settings-reloaded",
           "The settings were read again: " + words + '.');
  if (starter != nullptr)
    starter->reloaded();
}

/// Looks after the files in the runtime folder. Used by the SUPERVISOR alone, with each pulse.
class file_watch {
public:
  file_watch(health_page_keeper& keeper, const daemon_options& options, const clock_sample& started)
    : keeper_(keeper), options_(options), where_(options.where), started_(started) {
  }

  /// @returns whether the health page has lost its content.
  bool check() {
    const bool is_lost = restore();
    auto all = trouble_;
    if (options_.log_trouble)
      if (const auto says = options_.log_trouble(); !says.empty())
        all = joined({says, all}, all.empty() ? "" : " ");
    if (std::exchange(said_, all) != all || is_lost)
      keeper_.page().degraded.write(all);
    return is_lost;
  }

private:
  bool restore() {
    try {
      if (options_.files != nullptr)
        if (const auto what = options_.files->check(); !what.empty())
          log_line(log_level::warning, component, "runtime-files-restored",
                   "Made anew while running, as " + what + '.');
      const auto found = keeper_.check();
      trouble_.clear();
      if (found == health_page_keeper::outcome::in_place)
        return false;
      const auto file = where_.health_page().string();
      const bool is_lost = found == health_page_keeper::outcome::content_lost;
      if (is_lost)
        introduce(keeper_.page(), where_, started_);
      log_line(log_level::warning, component, "health-page-restored",
               is_lost ? "The health page " + file
                           + " had been cut short or written over; it is made anew, and its counts begin again."
                       : "The health page " + file + " was gone; it is made anew.");
      return is_lost;
    } catch (const std::exception& e) { // tried again with the next pulse, and logged once
      if (trouble_ != e.what())
        log_line(log_level::error, component, "runtime-files-lost", e.what());
      trouble_ = e.what();
      return false;
    }
  }

  health_page_keeper& keeper_;
  const daemon_options& options_;
  places where_;
  clock_sample started_;
  std::string trouble_; ///< As logged.
  std::string said_;    ///< On the page.
};

/// The host behind the actors.
topology_seams host_seams(const daemon_options& options, settings_snapshot& held, health_page& page,
                          lived_clock& lived, file_watch& files, std::shared_ptr<box_host> box) {
  topology_seams result;
  result.read_counters = open_counters();
  result.start_child = start_child_process;
  result.beat = [&lived](const beat_policy& policy, std::function<void(beat_batch)> report) {
    return start_host_beat(policy, lived, std::move(report));
  };
  result.delivery = [](const delivery_policy& policy) { return start_delivery_thread(policy); };
  result.carrier = host_carrier(options.where, options.log_is_in_journal);
  auto place = history_of(options.where);
  place.committing = std::make_shared<committing_thread>();
  result.open = [place](damaged_file what) { return std::make_unique<history>(place, what); };
  const auto questions = question_folder(options.where).string();
  result.platform = host_platform();
  result.capture = host_evidence_jobs(options.where.data, questions);
  result.facts = own_facts(PMACTOR_VERSION);
  result.snapshot = read_counter_snapshot;
  result.witness = host_witness(questions);
  result.witness.throttled = own_quota_reader();
  result.witness.committing = [mark = place.committing] { return mark->thread(); };
  result.switches = start_host_switches;
  result.box = std::move(box);
  result.kernel_log = host_kernel_log();
  result.groups = host_groups();
  result.speed = host_speed();
  result.read_settings = [&held] { return held.get(); };
  result.find_sampler = with_own_sampler;
  result.on_pulse = [&page] { stamp(page); };
  result.page_was_lost = [&files] { return files.check(); };
  result.on_report = [&page, starter = options.starter, past = result.box](const supervision_report& x) {
    if (starter != nullptr)
      starter->on_pulse({page.samples_stored.load(), page.samples_missed.load(), x.faults, x.longest_hang,
                         past == nullptr || past->is_settled()});
  };
  result.on_reloaded = [&page, starter = options.starter](const reload_result& x) {
    acknowledge(x, page, starter);
  };
  return result;
}

/// What the main thread does while the actors work: it waits for signals and acts on them.
class signal_loop {
public:
  signal_loop(const daemon_options& options, settings_snapshot& held, health_page& page, deadline& limit,
              ring_host& box)
    : options_(options), held_(held), page_(page), limit_(limit), box_(box) {
  }

  /// @returns whether the SUPERVISOR has failed.
  bool run(const supervisor_actor& root) {
    std::atomic<bool> over{false}, failed{false};
    root->attach_functor([&over, &failed, main_thread = pthread_self()](const caf::error& reason) {
      failed = static_cast<bool>(reason);
      over = true;
      pthread_kill(main_thread, SIGUSR1);
    });
    const auto set = awaited_signals();
    while (!over) {
      int signal = 0;
      if (sigwait(&set, &signal) != 0)
        continue;
      if (signal == SIGHUP)
        reload_settings(root);
      else if (signal != SIGUSR1) // which says that the SUPERVISOR has ended; from elsewhere it means nothing
        stop(root, signal);
    }
    return failed;
  }

  /// @returns the signal that asked for the end; empty if none did.
  const std::string& ended_by() const {
    return ended_by_;
  }

private:
  void reload_settings(const supervisor_actor& root) {
    if (options_.starter != nullptr)
      options_.starter->reloading();
    log_line(log_level::info, component, "settings-read", "SIGHUP received: the settings are read again.");
    if (options_.read_settings && read_again(options_, held_, page_)) {
      caf::anon_send(root, reload{}); // acknowledged when it has taken effect
      return;
    }
    page_.settings_refused.fetch_add(1);
    if (options_.starter != nullptr)
      options_.starter->reloaded();
  }

  void stop(const supervisor_actor& root, int signal) {
    limit_.arm(patience, false);
    if (ended_by_.empty())
      box_.prepare_end();
    ended_by_ = signal == SIGTERM ? "SIGTERM" : "SIGINT";
    log_line(log_level::info, component, "daemon-stopping", ended_by_ + " received: the daemon ends.");
    if (options_.starter != nullptr)
      options_.starter->stopping();
    caf::anon_send(root, stop_all{});
  }

  const daemon_options& options_;
  settings_snapshot& held_;
  health_page& page_;
  deadline& limit_;
  ring_host& box_;
  std::string ended_by_;
};

/// Says why the daemon cannot begin, or cannot go on.
void report_failure(health_page& page, const std::string& why) {
  page.last_words.write(why);
  log_line(log_level::error, component, "daemon-failed", "The daemon cannot go on: " + why + '.');
  std::cerr << "pmactor: The daemon cannot go on: " << why << ".\n";
}

} // namespace

void block_signals() {
  const auto set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watch_continues();
  std::signal(SIGPIPE, SIG_IGN); // a reader that goes away is an error of the write, not our end
}

int run_daemon(const daemon_options& options) {
  const auto before = find_daemon_trace(options.where);
  health_page_keeper keeper{options.where.health_page()};
  auto& page = keeper.page();
  const auto started = read_clocks();
  introduce(page, options.where, started);
  note_fatal_signals(page);
  const auto box = open_black_box(options.where, page, before, options.conf.box);
  log_line(log_level::info, component, "daemon-starting",
           "pmactor " PMACTOR_VERSION " starts with its data in " + options.where.data.string() + '.');

  caf::actor_system_config cfg; // never parse(): it would read a file from the working directory
  cfg.set("scheduler.policy", caf::atom("sharing")); // the default wakes up 400 times a second, idle
  cfg.set("scheduler.max-threads", size_t{1}); // no handler blocks, and two would wake each other
  cfg.set("scheduler.max-throughput", size_t{50});
  add_errors(cfg);
  std::function<std::vector<history_row>()> unstored;
  settings_snapshot held{options.conf};
  file_watch files{keeper, options, started};
  deadline limit{page, options.files};
  lived_clock lived; // outlives all actors, as the page does
  bool failed = false;
  box_end end;
  {
    // A stall of the CPUs is found, and its evidence taken, while it lasts: CAF's clock, by which all looks are due, has
    // the priority of the thread that starts it, and the one thread of all pooled actors raises its own.
    auto raised = std::make_optional<raised_priority>();
    caf::actor_system system{cfg};
    raised.reset();
    system.spawn([] { raise_priority(); });
    try {
      const topology_options house{options.conf, recall_baseline(options.where), options.drill_every,
                                   options.drill_seed, &unstored, recall_habits(options.where)};
      // A local handle: one to a dead actor keeps its thread.
      const auto root = system.spawn<caf::detached>(
        supervisor, make_topology(house, host_seams(options, held, page, lived, files, box), page, lived));
      log_line(log_level::info, component, "daemon-started", "All actors are running.");
      signal_loop loop{options, held, page, limit, *box};
      failed = loop.run(root);
      end.words = loop.ended_by();
    } catch (const std::exception& e) {
      failed = true;
      report_failure(page, e.what());
    }
    limit.arm(patience, failed);
  }
  end.failed = failed;
  if (failed || end.words.empty())
    end.words = page.last_words.read().empty() ? "an actor without which it cannot go on failed" : page.last_words.read();
  box->finish(end, marker_patience); // before rows are stored, which may hang
  end.is_lossy = unstored && !keep_for_next_run(history_of(options.where), unstored());
  const bool is_lossy = end.is_lossy;
  if (is_lossy)
    box->finish(std::move(end), marker_patience);
  if (is_lossy && !failed)
    page.last_words.write("ended with rows that could neither be stored nor kept; the log says why");
  const bool is_good = !failed && !is_lossy;
  page.phase.store(is_good ? daemon_phase::stopped : daemon_phase::failed);
  if (is_good)
    page.last_words.write("ended in good order");
  log_line(is_good ? log_level::info : log_level::error, component, "daemon-stopped",
           is_good ? "The daemon has ended in good order."
                   : "The daemon has failed: " + page.last_words.read() + '.');
  return failed ? exit_failed : is_lossy ? exit_lossy : exit_fine;
}

} // namespace pmactor
