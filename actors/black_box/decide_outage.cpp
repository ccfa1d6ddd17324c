#include "actors/black_box/decide_outage.hpp"

#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A shutdown that wtmp has may have been logged so much before the last record, or the marker
/// before it.
constexpr nanoseconds shutdown_takes = 3min;

/// Collects what speaks for the verdict.
class judge {
public:
  judge(const box_record& last, const start_traces& now) : last_(last), now_(now) {
  }

  outage_verdict decide() {
    if (stayed_up())
      decide_daemon();
    else
      decide_machine();
    decide_length(result_, last_, now_.now, stayed_up());
    return std::move(result_);
  }

private:
  bool stayed_up() const {
    return !last_.run.boot_id.empty() && last_.run.boot_id == now_.run.boot_id;
  }

  void conclude(outage_cause cause, confidence sure, std::string says) {
    result_.cause = cause;
    result_.sure = sure;
    result_.says = std::move(says);
  }
  void evidence(const std::string& says) {
    result_.evidence.push_back(says);
  }

  // ---- the machine stayed up

  void decide_daemon() {
    const bool same = last_.program == now_.program && last_.version == now_.version;
    if (last_.end && !last_.end->failed) {
      if (same)
        conclude(outage_cause::stopped, confidence::high, "pmactor was stopped in good order");
      else
        conclude(outage_cause::upgraded, confidence::high,
                 last_.version == now_.version
                   ? "pmactor was replaced by another build of version " + now_.version
                   : "pmactor was replaced: version " + last_.version + " by " + now_.version);
      evidence("its clean marker: " + last_.end->words);
    } else if (!find_failure() && !find_oom_kill())
      decide_kill();
    if (result_.cause != outage_cause::upgraded && !same)
      evidence("another build of pmactor was started since");
    evidence("the machine has not been started anew since: its boot id is the same");
    name_handlers();
  }

  const daemon_trace* trace() const {
    return now_.daemon && now_.daemon->run == last_.run ? &*now_.daemon : nullptr;
  }

  bool find_failure() {
    if (last_.end && last_.end->failed) {
      conclude(outage_cause::crashed, confidence::high, "pmactor gave up: " + last_.end->words);
      evidence("its own last words");
      return true;
    }
    const auto* left = trace();
    if (left == nullptr)
      return false;
    if (!left->signal.empty()) {
      conclude(outage_cause::crashed, confidence::high,
               "pmactor crashed (" + left->signal + ')' + in_hand(*left));
      evidence("it noted the signal as it died");
      return true;
    }
    if (left->is_over || left->has_failed) {
      conclude(left->has_failed ? outage_cause::crashed : outage_cause::stopped, confidence::medium,
               (left->has_failed ? "pmactor gave up: " : "pmactor ended: ") + left->last_words);
      evidence("its health page, as its clean marker did not reach the disk");
      return true;
    }
    return false;
  }

  bool find_oom_kill() {
    const bool says_so = now_.service_result.find("oom-kill") != std::string::npos;
    const auto grew = [](const auto& before, const auto& after) {
      return before && after && *after > *before;
    };
    const bool group = grew(last_.group_oom_kills, now_.group_oom_kills);
    const bool machine = grew(last_.oom_kills, now_.oom_kills);
    if (now_.oom_line.empty() && !says_so && !group && !machine)
      return false;
    const bool is_named = !now_.oom_line.empty() || says_so;
    conclude(outage_cause::oom_killed,
             is_named ? confidence::high
             : group  ? confidence::medium
                      : confidence::low,
             is_named ? "the kernel killed pmactor, as memory had run out"
                      : "the kernel probably killed pmactor, as memory had run out");
    if (!now_.oom_line.empty())
      evidence("the kernel's log: " + now_.oom_line);
    if (says_so)
      evidence("the service manager: " + now_.service_result);
    if (group)
      evidence("the count of such kills in pmactor's own control group has grown");
    else if (machine)
      evidence("the machine's count of such kills has grown");
    return true;
  }

  void decide_kill() {
    const bool manager = now_.service_result.find("KILL") != std::string::npos;
    const bool proved = manager || trace() != nullptr;
    conclude(outage_cause::killed, proved ? confidence::high : confidence::medium,
             "pmactor was killed (SIGKILL)");
    if (manager)
      evidence("the service manager: " + now_.service_result);
    if (trace() != nullptr)
      evidence(
        "its health page shows it at work, and any other signal would have been noted there");
    if (!proved)
      evidence("it left neither a clean marker nor a word");
  }

  static std::string in_hand(const daemon_trace& left) {
    if (left.handlers.empty())
      return {};
    const auto& x = left.handlers.front();
    return " in " + x.actor + ", which handled " + x.message;
  }

  /// What it was doing last, by its page or else by the last record.
  void name_handlers() {
    if (result_.cause == outage_cause::stopped || result_.cause == outage_cause::upgraded)
      return;
    const auto* left = trace();
    const auto& handlers = left != nullptr ? left->handlers : last_.handlers;
    for (const auto& x : handlers)
      evidence("last at work: " + x.actor + " with " + x.message
               + (x.since > nanoseconds{} ? " for " + spelled(x.since) : ""));
  }

  // ---- the machine went down

  void decide_machine() {
    if (!find_order() && !find_panic() && !find_watchdog())
      decide_power();
    name_other_traces();
  }

  const kernel_death* death(kernel_death::what kind) const {
    const auto found = std::find_if(now_.deaths.begin(), now_.deaths.end(),
                                    [kind](const kernel_death& x) { return x.kind == kind; });
    return found == now_.deaths.end() ? nullptr : &*found;
  }

  bool was_shutdown_logged() const {
    return now_.logged_shutdown && *now_.logged_shutdown >= last_.at.wall - shutdown_takes
           && *now_.logged_shutdown <= now_.now.wall;
  }

  /// An end in good order, by what says so: the marker alone does not, where the machine may have
  /// run on for long.
  bool find_order() {
    const auto* words = death(kernel_death::what::shutdown);
    const bool journal = now_.journal && now_.journal->in_order;
    auto course = box_course::unknown;
    if (last_.end)
      course = last_.end->course;
    if (course == box_course::unknown && journal)
      course = now_.journal->course;
    if (course == box_course::stays_up && !journal && words == nullptr && !was_shutdown_logged()) {
      conclude(outage_cause::stopped, confidence::medium,
               "pmactor was stopped in good order while the machine stayed up; how that ended is "
               "not known");
      evidence("its clean marker: " + last_.end->words
               + ", while the service manager had no order to shut down");
      return true;
    }
    if (!last_.end && !journal && words == nullptr && !was_shutdown_logged())
      return false;
    const bool restarts = course == box_course::restarts;
    const bool proved = journal || words != nullptr || was_shutdown_logged()
                        || course == box_course::goes_down || restarts;
    conclude(restarts ? outage_cause::reboot : outage_cause::shutdown,
             proved ? confidence::high : confidence::medium,
             restarts ? "the machine was restarted in good order"
                      : "the machine was shut down in good order");
    if (last_.end)
      evidence("pmactor's clean marker: " + last_.end->words
               + (last_.end->course == box_course::goes_down  ? ", as the machine was switched off"
                  : last_.end->course == box_course::restarts ? ", as the machine was restarted"
                                                              : ""));
    if (words != nullptr)
      evidence(quoted(*words));
    if (journal)
      evidence("the journal of the boot before ends with: " + now_.journal->line);
    if (was_shutdown_logged())
      evidence("wtmp has a shutdown at " + time_of_day(*now_.logged_shutdown));
    return true;
  }

  static std::string quoted(const kernel_death& x) {
    return "the kernel's last words (" + x.file + "): " + x.line;
  }

  bool find_panic() {
    const auto* panic = death(kernel_death::what::panic);
    if (panic == nullptr && now_.crash_dump.empty())
      return false;
    conclude(outage_cause::panic, confidence::high,
             panic != nullptr && !panic->line.empty() ? "the kernel panicked: " + panic->line
                                                      : "the kernel panicked");
    if (panic != nullptr)
      evidence(quoted(*panic));
    if (!now_.crash_dump.empty())
      evidence("a dump of the kernel: " + now_.crash_dump);
    return true;
  }

  bool find_watchdog() {
    const bool says_so =
      contains(now_.reset_reason, "watchdog") || contains(now_.power_on_reason, "watchdog");
    if (now_.watchdog.empty() && !says_so)
      return false;
    const auto* lockup = death(kernel_death::what::lockup);
    conclude(outage_cause::watchdog, confidence::high,
             lockup != nullptr ? "the machine locked up and its watchdog reset it"
                               : "a watchdog reset the machine");
    if (!now_.watchdog.empty())
      evidence(now_.watchdog + " says that it reset the machine (bootstatus)");
    if (lockup != nullptr)
      evidence(quoted(*lockup));
    return true;
  }

  static bool contains(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
  }

  /// What the drives say: one that was given power anew proves that it had gone.
  enum class drives_say : std::uint8_t { nothing, stayed_on, lost_power };
  drives_say ask_drives() {
    auto result = drives_say::nothing;
    for (const auto& now : now_.drives) {
      const auto before = std::find_if(last_.drives.begin(), last_.drives.end(),
                                       [&now](const auto& x) { return x.name == now.name; });
      if (before == last_.drives.end() || !before->cycles || !now.cycles)
        continue;
      const auto more = [](const auto& then, const auto& since) {
        return then && since && *since > *then;
      };
      if (*now.cycles > *before->cycles) {
        drive_words_ = "the drive " + now.name + " was given power anew"
                       + (more(before->unsafe, now.unsafe) ? ", after an unsafe shutdown" : "");
        return drives_say::lost_power;
      }
      drive_words_ = "the drive " + now.name + " had power all the time";
      result = drives_say::stayed_on;
    }
    return result;
  }

  bool is_kept_memory_there() const {
    return now_.kept_record.has_value();
  }

  void decide_power() {
    const auto drives = ask_drives();
    const auto* sysrq = death(kernel_death::what::sysrq);
    const bool survived =
      is_kept_memory_there() || sysrq != nullptr || death(kernel_death::what::lockup) != nullptr;
    const bool was_lost = !survived && last_.has_memory_copy && now_.reads_kept_memory;
    const bool says_power = contains(now_.power_on_reason, "brown-out")
                            || contains(now_.power_on_reason, "regular power-up");
    constexpr double empty = 5;
    const bool is_empty =
      last_.on_battery.value_or(false) && last_.battery_pct && *last_.battery_pct <= empty;
    if (survived || drives == drives_say::stayed_on)
      decide_reset(sysrq);
    else if (is_empty) {
      conclude(outage_cause::battery_empty,
               drives == drives_say::lost_power ? confidence::high : confidence::medium,
               "the battery was empty");
      evidence("the battery was at " + printed("%.0f %%", *last_.battery_pct)
               + " and not being charged");
    } else if (drives == drives_say::lost_power || says_power || was_lost) {
      const bool guest = now_.hypervisor.has_value();
      conclude(guest ? outage_cause::host_killed : outage_cause::power_loss,
               was_lost && drives == drives_say::nothing ? confidence::medium : confidence::high,
               guest ? "this virtual machine was ended from outside, or its host lost power"
                     : "the power was lost");
    } else
      guess();
    if (drives != drives_say::nothing)
      evidence(drive_words_);
    if (is_kept_memory_there())
      evidence("its memory outlived it: the last record was found there");
    if (was_lost)
      evidence("what it had written to memory that outlives a reset was gone");
  }

  /// Without a trace there is but the time until it was back.
  void guess() {
    constexpr nanoseconds at_once = 45s;
    auto times = result_;
    const bool is_known = decide_length(times, last_, now_.now, false);
    const auto off = times.ended - times.began;
    if (is_known && off <= at_once)
      conclude(outage_cause::reset, confidence::low,
               "the machine was reset, or it went down and came back at once");
    else if (now_.hypervisor)
      conclude(outage_cause::host_killed, confidence::low,
               "this virtual machine was perhaps ended from outside");
    else
      conclude(outage_cause::unexplained, confidence::low, "the machine ended without a trace");
    evidence("neither a clean marker nor a panic nor a watchdog's word was left, and nothing here "
             "distinguishes a loss of power from a reset");
    if (is_known)
      evidence("it was started again " + to_words(off) + " after the last record");
  }

  void decide_reset(const kernel_death* sysrq) {
    const auto* lockup = death(kernel_death::what::lockup);
    conclude(outage_cause::reset,
             sysrq != nullptr || is_kept_memory_there() ? confidence::high : confidence::medium,
             sysrq != nullptr    ? "the machine was reset by its system request key"
             : lockup != nullptr ? "the machine locked up and was reset"
                                 : "the machine was reset without a shutdown");
    if (sysrq != nullptr)
      evidence(quoted(*sysrq));
    if (lockup != nullptr)
      evidence(quoted(*lockup));
  }

  void name_other_traces() {
    if (result_.cause != outage_cause::panic)
      if (const auto* panic = death(kernel_death::what::panic); panic != nullptr)
        evidence("besides, " + quoted(*panic));
    if (!now_.reset_reason.empty())
      evidence("the kernel says of the last reset: " + now_.reset_reason);
    if (!now_.power_on_reason.empty())
      evidence("the firmware says why power came on: " + now_.power_on_reason);
    if (now_.journal && !now_.journal->in_order && !now_.journal->line.empty())
      evidence("the journal of the boot before breaks off with: " + now_.journal->line);
    if (now_.hypervisor)
      evidence("it runs under " + to_string(*now_.hypervisor));
    constexpr double hot = 90;
    if (!last_.seconds.empty() && last_.seconds.back().cpu_temp_c.value_or(0) >= hot)
      evidence(printed("the CPU was at %.0f °C", *last_.seconds.back().cpu_temp_c));
    evidence("the machine was started anew: its boot id is another one");
  }

  const box_record& last_;
  const start_traces& now_;
  outage_verdict result_;
  std::string drive_words_;
};

} // namespace

outage_verdict decide_outage(const box_record& last, const start_traces& now) {
  return judge{last, now}.decide();
}

bool is_clock_set(nanoseconds wall) {
  constexpr nanoseconds first_release =
    std::chrono::seconds{1'767'225'600}; // 2026: older than any build of this
  return wall >= first_release;
}

bool decide_length(outage_verdict& x, const box_record& last, const clock_sample& start,
                   bool stayed_up) {
  // Clocks are read in turn, and stepped a little; what lies further back is by a clock that was
  // not set.
  constexpr nanoseconds slack = std::chrono::seconds{5};
  x.stayed_up = stayed_up;
  if (stayed_up) { // a clock that none sets went on
    x.ended = start.wall;
    x.began = start.wall - std::max(nanoseconds{}, start.total - last.at.total);
    return x.is_length_known = true;
  }
  x.began = last.at.wall;
  x.ended = start.wall - start.total; // the boot
  x.is_length_known = is_clock_set(x.began) && is_clock_set(x.ended) && x.ended + slack >= x.began;
  if (x.is_length_known)
    x.ended = std::max(x.ended, x.began);
  else
    x.began = x.ended = is_clock_set(x.began) ? x.began : start.wall;
  return x.is_length_known;
}

} // namespace pmactor
