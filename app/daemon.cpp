#include "app/daemon.hpp"

#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/clock_sampler/read_beat_counters.hpp"
#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "actors/forensics_supervisor/evidence_job_posix.hpp"
#include "actors/notifier/delivery_thread.hpp"
#include "actors/powermetrics_reader/child_process.hpp"
#include "actors/powermetrics_reader/default_command.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/supervision/log.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "actors/host/process_facts.hpp"
#include "app/command_line/command.hpp"
#include "app/instance/log_file.hpp"
#include "app/topology.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <future>
#include <mutex>
#include <pthread.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view component = "daemon";

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

void introduce(health_page& page, const places& where) {
  const auto self = own_identity();
  const auto now = read_clocks();
  page.pid.store(self.pid);
  page.process_start.store(self.start);
  page.boot_id.write(self.boot_id);
  page.data_folder.write(where.data.string());
  page.started_total_ns.store(now.total.count());
  page.started_wall_ns.store(now.wall.count());
  stamp(page);
  page.mark.store(health_page::magic, std::memory_order_release);
}

/// What the STRESS SCORER had remembered; empty if nothing, or if the history cannot be read, or not soon:
/// then it learns afresh. Read on a thread of its own, as a disk may hang, and before the actors run nothing
/// would watch it.
std::string recalled_baseline(const places& where) {
  constexpr auto patience = std::chrono::milliseconds{500};
  std::promise<std::string> found;
  auto answer = found.get_future();
  try {
    std::thread{[file = where.database(), found = std::move(found)]() mutable {
      std::string baseline;
      try {
        baseline = history_reader{file}.recall(std::string{io_baseline_key}).value_or("");
      } catch (const std::exception&) { // the STORAGE WRITER meets it as well, and says so
      }
      found.set_value(std::move(baseline));
    }}.detach();
  } catch (const std::system_error&) { // no thread to be had
    return {};
  }
  return answer.wait_for(patience) == std::future_status::ready ? answer.get() : std::string{};
}

/// Something else in the place of the history, that no later attempt can make use of, is the user's mistake.
/// @throws storage_problem.
void refuse_special_file(const places& where) {
  std::error_code unknown;
  if (std::filesystem::exists(where.database(), unknown) && !unknown)
    require_history_file(where.database());
}

/// Has rows that could not be stored before the end kept for the next run.
/// @returns whether none is lost.
bool keep_for_next_run(const history_place& place, const std::vector<history_row>& rows) {
  if (rows.empty())
    return true;
  const auto count = std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows");
  std::string why;
  try {
    history database{place, damaged_file::refuse};
    database.store(rows); // what was stored and not acknowledged any more is skipped
    database.end();
    return true;
  } catch (const std::exception& e) {
    why = e.what();
  }
  try {
    keep_unstored(place, rows);
    log_line(log_level::warning, component, "rows-kept",
             count + " could not be stored before the end, and are kept for the next run. " + why);
    return true;
  } catch (const std::exception& e) {
    log_line(log_level::error, component, "rows-lost",
             count + " could neither be stored nor kept before the end, and are lost. " + why + ' ' + e.what());
    return false;
  }
}

/// Names this run of the daemon.
history_place history_of(const places& where) {
  const auto self = own_identity();
  return {where.database(),
          self.boot_id + '.' + std::to_string(self.pid) + '.' + std::to_string(self.start)};
}

/// @returns the settings with what they leave to the host filled in.
settings completed(settings conf) {
  auto& sampler = conf.powermetrics;
  if (sampler.command.empty()) {
    sampler.command = default_command(sampler.interval, sampler.coalitions);
    sampler.fallback = fallback_command(sampler.interval);
  }
  return conf;
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
/// @returns whether the settings on the desk are to be taken up; if not, it has logged why.
bool read_again(const daemon_options& options, settings_snapshot& desk) {
  auto read = options.read_settings();
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      log_line(log_level::error, component, "settings-refused", x);
    log_line(log_level::warning, component, "settings-kept",
             "The changed settings are not taken up; the old ones hold.");
    return false;
  }
  if (options.settings_taken)
    options.settings_taken(read.values);
  desk.put(completed(std::move(read.values)));
  return true;
}

/// The host behind the actors.
topology_seams host_seams(const daemon_options& options, settings_snapshot& desk, health_page& page,
                          lived_clock& lived) {
  topology_seams result;
  result.read_counters = open_counters();
  result.start_child = start_child_process;
  result.beat = [&lived](const beat_policy& policy, std::function<void(beat_batch)> tell) {
    return start_host_beat(policy, lived, std::move(tell));
  };
  result.delivery = [](const delivery_policy& policy) { return start_delivery_thread(policy); };
  result.open = [place = history_of(options.where)](damaged_file what) {
    return std::make_unique<history>(place, what);
  };
  result.platform = host_platform();
  result.capture = host_evidence_jobs(options.where.data);
  result.facts = own_facts(PMACTOR_VERSION);
  result.snapshot = read_counter_snapshot;
  result.read_settings = [&desk] { return desk.get(); };
  result.on_pulse = [&page, &lived, starter = options.starter] {
    stamp(page);
    if (starter != nullptr)
      starter->on_pulse(page, lived);
  };
  return result;
}

/// Ends the process when an orderly end takes too long: a disk that hangs, a handler that never returns.
/// What was committed stays committed, and the sampler child ends when it finds itself alone.
class deadline {
public:
  deadline(health_page& page, std::function<void()> before) : page_(page), before_(std::move(before)) {
  }

  ~deadline() {
    {
      std::lock_guard guard{mutex_};
      in_time_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
      thread_.join();
  }

  /// @param failed the daemon ends because it cannot go on, which a forced end must not hide: the exit
  /// code tells the service manager to start it afresh, and the page keeps the words of the SUPERVISOR.
  void arm(std::chrono::milliseconds patience, bool failed) {
    if (thread_.joinable())
      return;
    thread_ = std::thread{[this, patience, failed] {
      std::unique_lock lock{mutex_};
      if (wake_.wait_for(lock, patience, [this] { return in_time_; }))
        return;
      if (!failed)
        page_.last_words.write("ended by force, as an orderly end took too long");
      page_.phase.store(failed ? daemon_phase::failed : daemon_phase::stopped);
      if (before_)
        before_();
      ::_exit(failed ? exit_failed : exit_fine);
    }};
  }

private:
  health_page& page_;
  std::function<void()> before_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool in_time_ = false;
  std::thread thread_;
};

} // namespace

void block_signals() {
  const auto set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  watch_continues();
  std::signal(SIGPIPE, SIG_IGN); // a reader that goes away is an error of the write, not our end
}

int run_daemon(const daemon_options& options) {
  refuse_special_file(options.where);
  const auto page = create_health_page(options.where.health_page());
  introduce(*page, options.where);
  log_line(log_level::info, component, "daemon-starting",
           "pmactor " PMACTOR_VERSION " starts with its data in " + options.where.data.string() + '.');

  caf::actor_system_config cfg; // never parse(): it would read a file from the working directory
  cfg.set("scheduler.policy", caf::atom("sharing")); // the default wakes up 400 times a second, idle
  cfg.set("scheduler.max-threads", size_t{1}); // no handler blocks, and two would wake each other
  cfg.set("scheduler.max-throughput", size_t{50});
  add_errors(cfg);
  std::atomic<bool> over{false}, failed{false};
  settings_snapshot desk{completed(options.conf)};
  deadline limit{*page, options.on_forced_end};
  std::function<std::vector<history_row>()> unstored;
  lived_clock lived; // outlives all actors, as the page does
  {
    caf::actor_system system{cfg};
    topology_options house{desk.get(), recalled_baseline(options.where), options.drill_every,
                           options.drill_seed, &unstored};
    auto root = system.spawn<caf::detached>(
      supervisor, make_topology(house, host_seams(options, desk, *page, lived), *page, lived));
    const auto main_thread = pthread_self();
    root->attach_functor([&over, &failed, main_thread](const caf::error& reason) {
      failed = static_cast<bool>(reason);
      over = true;
      pthread_kill(main_thread, SIGUSR1);
    });
    log_line(log_level::info, component, "daemon-started", "All actors are running.");
    const auto set = awaited_signals();
    while (!over) {
      int signal = 0;
      if (sigwait(&set, &signal) != 0)
        continue;
      switch (signal) {
        case SIGUSR1: // the SUPERVISOR has ended; from anybody else it means nothing
          break;
        case SIGHUP:
          if (options.starter != nullptr)
            options.starter->reloading();
          if (options.read_settings && read_again(options, desk)) {
            caf::anon_send(root, reload{});
            page->settings_taken.fetch_add(1);
            log_line(log_level::info, component, "settings-reloaded",
                     "SIGHUP received: the settings were read again, and all take them up.");
          } else {
            page->settings_refused.fetch_add(1);
          }
          if (options.starter != nullptr)
            options.starter->reloaded();
          break;
        default:
          log_line(log_level::info, component, "daemon-stopping",
                   std::string{signal == SIGTERM ? "SIGTERM" : "SIGINT"} + " received: the daemon ends.");
          if (options.starter != nullptr)
            options.starter->stopping();
          limit.arm(800ms, false);
          caf::anon_send(root, stop_all{});
      }
    }
    limit.arm(800ms, failed);
    root = nullptr; // a handle to a dead actor keeps its thread
  }
  const bool all_is_kept = keep_for_next_run(history_of(options.where), unstored());
  if (!failed && !all_is_kept) {
    failed = true;
    page->last_words.write("ended with rows that could neither be stored nor kept; the log says why");
  }
  page->phase.store(failed ? daemon_phase::failed : daemon_phase::stopped);
  if (!failed)
    page->last_words.write("ended in good order");
  log_line(failed ? log_level::error : log_level::info, component, "daemon-stopped",
           failed ? "The daemon has failed: " + page->last_words.read() + '.'
                  : "The daemon has ended in good order.");
  return failed ? exit_failed : exit_fine;
}

} // namespace pmactor
