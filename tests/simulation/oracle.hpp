// The oracle knows the truth of the simulated world and holds the daemon to what is promised: after each
// step, at each commit, and when a run of the daemon ends. The first promise that is broken is thrown.
#pragma once

#include "actors/forensics_supervisor/evidence_job.hpp"
#include "actors/notifier/compose_notice.hpp"
#include "app/settings/settings.hpp"
#include "simulation/disk.hpp"
#include "simulation/house.hpp"
#include "simulation/obligations.hpp"
#include "simulation/oracle_reach.hpp"
#include "simulation/promises.hpp"
#include "simulation/stall_truths.hpp"
#include "simulation/weather.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor::simulation {

/// What the host did to the daemon between two of its beats.
struct true_gap {
  clock_sample began, ended;
  std::chrono::nanoseconds frozen{}; ///< Awake, but not running.
  std::chrono::nanoseconds asleep{};
  std::chrono::nanoseconds slack{};  ///< By which the beat before it was late of itself.
  pause_cause cause = pause_cause::unexplained; ///< Of the time frozen.
  unsigned causes = 0;               ///< Bits: of what froze it in the second before, too short to be reported, too.
  bool mixed = false;                ///< Within the second before it froze others than now.
  bool clear = false;                ///< What the host counts leaves no doubt about the cause.
  bool whole_system = false;
  std::chrono::nanoseconds least{}, most{}; ///< The lateness of a pause, as the settings then had it.
  std::chrono::nanoseconds lived_at{};      ///< When it was, in lived time.
  bool pause_reported = false, sleep_reported = false;
};

/// How a run of the daemon ended.
enum class run_end : std::uint8_t { stopped, killed, failed };

class oracle {
public:
  explicit oracle(const weather& sky) : sky_(sky) {
  }

  // ---- what happens, as the simulation reports it
  void run_began(std::uint64_t run, const clock_sample& now, const settings& conf);
  /// All actors are started again, and take these up.
  void reloaded(const settings& conf, std::chrono::nanoseconds awake);
  /// @param unstored seconds that are kept for the next run.
  void run_ended(run_end how, const clock_sample& now, const health_page& page, const disk& storage,
                 std::uint64_t unstored);
  void gap(const true_gap& x);
  /// The beat's thread has woken.
  void beat(std::chrono::nanoseconds awake);
  /// The sampler child does something odd: it is no witness for a while.
  void child_suffers(std::chrono::nanoseconds awake) {
    last_child_fault_ = lived(awake);
  }
  /// The process did not run for so long, whether its beat saw it or not.
  void froze(std::chrono::nanoseconds x) {
    frozen_ += x;
  }
  /// Whatever follows may be late until then, on the awake clock.
  void trouble_until(std::chrono::nanoseconds awake);
  /// The next beat comes no sooner, on the awake clock.
  void beat_held_until(std::chrono::nanoseconds awake);
  /// As trouble_until(), and seconds may be missed.
  void starved_until(std::chrono::nanoseconds awake);
  /// The time frozen does not count against what the daemon is given to recover.
  void shift_trouble(std::chrono::nanoseconds began, std::chrono::nanoseconds frozen);
  void crash_ordered(std::string_view child, bool core, std::chrono::nanoseconds awake);
  /// A handler takes its time from now on.
  void hang_began(std::uint64_t number, std::string_view child, std::chrono::nanoseconds awake);
  void hang_ended(std::uint64_t number);
  void hangs_ended() {
    hangs_.clear();
  }
  /// No actor runs from now on for so long, not even the SUPERVISOR, which looks for hangs.
  void stalled(std::chrono::nanoseconds length);
  /// What the user's command made of a message.
  void command_ran(bool failed, std::chrono::nanoseconds awake) {
    command_failed_ = failed;
    command_ran_ = awake;
  }
  /// Something stalls, or answers again.
  void stall_began(std::size_t which, std::chrono::nanoseconds awake) {
    stalls_.began(which, awake);
  }
  void stall_ended(std::size_t which, std::chrono::nanoseconds awake) {
    stalls_.ended(which, awake);
  }
  void stop_ordered(std::chrono::nanoseconds awake);
  void disk_failing(bool failing, std::chrono::nanoseconds awake);
  void counters_read(const system_counters& x);
  void logged(const clock_sample& now, std::string_view component, std::string_view event,
             std::string_view sentence, bool sampler_is_sound);
  /// A message for people.
  void notified(const clock_sample& now, const notice_message& x);
  /// A job of a capture.
  void ordered(const clock_sample& now, const job_order& x);
  /// After each step, when no actor has anything left to do.
  void settled(const clock_sample& now, health_page& page, const disk& storage, bool sampler_is_sound);

  // ---- what is committed
  /// The wall clock is set.
  void clock_set() {
    ++clock_steps_;
  }
  void committed(const scored_sample& row);
  /// @param earlier as it was stored before; null if it is new.
  void committed(const event_record& row, const pause_event* earlier);
  void committed(const capture_report& row);

  const oracle_reach& reach() const {
    return reach_;
  }
  strictness& reach_of_answers() {
    return reach_.answers;
  }
  /// Whether neither the machine nor the daemon has trouble.
  bool is_undisturbed(std::chrono::nanoseconds awake) const {
    return is_calm(awake) && hangs_.empty() && awake > last_upheaval_ + std::chrono::seconds{1}
           && awake > starved_until_ && !stalls_.overlaps(awake - std::chrono::seconds{1}, awake);
  }
  std::uint64_t checks() const {
    return checks_;
  }
  std::uint64_t pauses() const {
    return pauses_;
  }
  std::uint64_t sleeps() const {
    return sleeps_;
  }
  std::uint64_t explained() const {
    return explained_;
  }
  std::uint64_t notices() const {
    return notice_count_;
  }
  std::uint64_t captures() const {
    return capture_count_;
  }
  std::uint64_t owed() const {
    return owed_.owed();
  }
  std::uint64_t episodes() const {
    return episodes_;
  }

private:
  struct reading {
    std::chrono::nanoseconds awake{}, lived{};
    double least = 0, most = 0; ///< Bounds of the stress without its latency part.
    culprit_truth busy;         ///< What hogs the machine, if anything does.
  };

  bool troubled(std::chrono::nanoseconds awake) const {
    return awake < trouble_until_ || disk_fails_since_ >= std::chrono::nanoseconds::zero();
  }
  /// Of any stretch without a beat two periods of it are taken for lived, at most.
  std::chrono::nanoseconds lived(std::chrono::nanoseconds awake) const;
  bool is_calm(std::chrono::nanoseconds awake) const {
    return !troubled(awake) && !memory_dropped_ && stopping_since_ < std::chrono::nanoseconds::zero();
  }
  /// @returns the gap between the event's two beats; null if there was none.
  true_gap* find_gap(const pause_event& x);
  void check_pause(const pause_event& x, true_gap& truth);
  void check_sleep(const pause_event& x, true_gap& truth);
  void check_amendment(const pause_event& x, const pause_event& earlier);
  void check_episode(const pause_event& x, const pause_event* earlier);
  void check_open_gaps(const clock_sample& now);
  void check_hangs(const clock_sample& now);
  void check_restarts(const clock_sample& now, const health_page& page);
  void check_coverage(const clock_sample& now, const health_page& page, const disk& storage, bool at_end);
  void check_page(const clock_sample& now, health_page& page, bool sampler_is_sound);
  void check_watch(const clock_sample& now);
  void check_alerts(const clock_sample& now);
  void judge_early_alert();
  void check_culprits(const event_record& row, const true_gap* truth);
  void check_blame(const pause_event& x);

  struct known_hang {
    std::uint64_t number = 0;
    std::string child;
    std::chrono::nanoseconds since{};              ///< On the awake clock.
    std::chrono::nanoseconds blamed_from{}, due{}; ///< In lived time.
    bool reported = false;
  };

  const weather& sky_;
  std::uint64_t run_ = 0;
  std::chrono::nanoseconds threshold_{}, reloaded_{}; ///< A beat later than this is a pause.
  /// What it was before, and when that was replaced; who has it still may be held up.
  std::vector<std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds>> former_thresholds_;
  /// In this run the settings were read again while an actor hung: who was left behind takes up older ones
  /// once more when it comes to, and it is unknown when.
  bool left_behind_ = false;
  std::chrono::nanoseconds last_hang_{};
  std::chrono::nanoseconds lead_up_{}, lead_up_from_{}; ///< How far it goes back, but not before that.
  std::vector<known_hang> hangs_; ///< Those that last.
  bool command_failed_ = false;
  bool notifies_ = true; ///< By the settings.
  std::chrono::nanoseconds command_ran_{-1};
  std::chrono::nanoseconds last_upheaval_{-100'000'000'000}; ///< An actor was restarted.
  clock_sample began_;
  std::deque<true_gap> gaps_;   ///< Of this run, the newest last; old ones are forgotten.
  std::chrono::nanoseconds frozen_{};    ///< By all of them.
  std::chrono::nanoseconds last_beat_{}, lived_at_beat_{};
  std::uint64_t sleep_count_ = 0;
  std::chrono::nanoseconds trouble_until_{}, beat_held_until_{}, last_gap_{-1};
  std::chrono::nanoseconds last_child_fault_{}; ///< In lived time.
  std::chrono::nanoseconds starved_until_{};
  bool starved_ = false;        ///< In this run, by more than the metronome makes up for.
  bool memory_dropped_ = false; ///< In this run.
  std::chrono::nanoseconds stopping_since_{-1}, disk_fails_since_{-1};
  std::deque<std::pair<bool, std::chrono::nanoseconds>> crashes_; ///< Core or not, in lived time.
  std::uint64_t crash_orders_ = 0;
  std::uint64_t restarts_ = 0, core_restarts_ = 0;
  std::deque<std::chrono::nanoseconds> core_restart_times_; ///< In lived time.
  std::chrono::nanoseconds next_thorough_{};
  std::deque<reading> readings_;
  std::uint64_t reads_ = 0;
  std::chrono::nanoseconds io_peaks_began_{-1}, last_io_peak_{-1};

  // Of the samples and episodes of this run.
  std::uint64_t last_tick_ = 0;
  std::chrono::nanoseconds last_row_{-1};
  std::chrono::nanoseconds episode_began_{-1}; ///< Of the last critical one; on the awake clock.
  bool episode_open_ = false;
  /// When it was logged; from the commit of its event on, when its first sample was taken. In lived time.
  std::chrono::nanoseconds critical_since_{-1};
  bool is_critical_dated_ = false; ///< Its event was committed.
  struct early_alert {
    std::chrono::nanoseconds at{}; ///< In lived time.
    std::string words;
  };
  std::optional<early_alert> early_alert_; ///< To be judged by its event, or without one once there is calm.
  unsigned alerts_ = 0, all_clears_ = 0; ///< Of the last one, as the log has it.

  stall_truths stalls_;

  // Of messages and captures of this run, in lived time.
  obligations owed_;
  bool sampler_is_sound_ = false; ///< At the last look.
  bool episode_owes_notice_ = false, owes_all_clear_ = false;
  std::deque<std::chrono::nanoseconds> notices_, captures_;
  std::array<std::chrono::nanoseconds, notice_kinds> last_notice_{};
  std::uint64_t freezes_ = 0, freezes_reported_ = 0; ///< Of a length that is reported to people.
  std::set<std::string> freezes_reported_from_;      ///< When they began, in the messages' words.
  std::deque<std::chrono::nanoseconds> captured_; ///< The starts of the events.

  oracle_reach reach_;
  std::uint64_t clock_steps_ = 0, clock_events_ = 0; ///< That happened; that were reported.
  std::uint64_t checks_ = 0, pauses_ = 0, sleeps_ = 0, explained_ = 0, episodes_ = 0, notice_count_ = 0,
                capture_count_ = 0;
};

} // namespace pmactor::simulation
