#include "actors/black_box/decide_outage.hpp"

#include "actors/black_box/decide_daemon_end.hpp"
#include "actors/black_box/outage_judge.hpp"
#include "actors/black_box/read_reset_words.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Collects what speaks for the verdict on an end of the machine.
class machine_judge : outage_judge {
public:
  machine_judge(const box_record& last, const start_traces& now)
    : last_(last), now_(now),
      meaning_(read_reset_words(now.reset_reason + "; " + now.power_on_reason)) {
    drives_ = ask_drives();
  }

  outage_verdict decide() {
    // A kernel that says that it restarted was not reset by a watchdog; one that was ordered to shut
    // down may have hung on the way.
    if (!find_panic() && !find_order(is_said_by_kernel) && !find_watchdog()
        && !find_order(is_said_by_any) && !find_reset_word())
      decide_power();
    name_other_traces();
    return std::move(result_);
  }

private:
  const kernel_death* death(kernel_death::what kind) const {
    const auto found = std::find_if(now_.deaths.begin(), now_.deaths.end(),
                                    [kind](const kernel_death& x) { return x.kind == kind; });
    return found == now_.deaths.end() ? nullptr : &*found;
  }

  /// The boot before ended once, so a shutdown that was logged since it began is its end.
  bool was_shutdown_logged() const {
    return now_.logged_shutdown && *now_.logged_shutdown >= boot_time(last_.at)
           && (*now_.logged_shutdown <= now_.now.wall || !is_clock_set(now_.now.wall));
  }

  /// The marker of a daemon that gave up says nothing of the machine.
  const box_end* marker() const {
    return last_.end && !last_.end->failed ? &*last_.end : nullptr;
  }

  enum order_proof : std::uint8_t { is_said_by_kernel, is_said_by_any };
  /// An end in good order, by what says so. The marker alone does so only with a course: the
  /// machine may have run on for long.
  bool find_order(order_proof least) {
    const auto* words = death(kernel_death::what::shutdown);
    if (least == is_said_by_kernel && words == nullptr)
      return false;
    const bool journal = now_.journal && now_.journal->in_order;
    const bool is_logged = journal || words != nullptr || was_shutdown_logged();
    const auto* end = marker();
    auto course = end != nullptr ? end->course : box_course::unknown;
    if (is_logged && (course == box_course::unknown || course == box_course::stays_up))
      course = journal ? now_.journal->course : box_course::unknown;
    const bool restarts = course == box_course::restarts;
    if (is_logged || restarts || course == box_course::goes_down)
      conclude(restarts ? outage_cause::reboot : outage_cause::shutdown, confidence::high,
               restarts ? "the machine was restarted in good order"
                        : "the machine was shut down in good order");
    else if (end == nullptr || !find_stop(*end))
      return false;
    if (end != nullptr)
      evidence("pmactor's clean marker: " + end->words
               + (end->course == box_course::goes_down  ? ", as the machine was switched off"
                  : end->course == box_course::restarts ? ", as the machine was restarted"
                  : end->course == box_course::stays_up
                    ? ", while the service manager had no order to shut down"
                    : ""));
    if (end != nullptr)
      add_loss(*end);
    if (words != nullptr)
      evidence(quoted(*words));
    if (journal)
      evidence("the journal of the boot before ends with: " + now_.journal->line);
    if (was_shutdown_logged())
      evidence("wtmp has a shutdown at " + time_of_day(*now_.logged_shutdown));
    return true;
  }

  /// pmactor was stopped, and nothing was logged of the machine's end.
  bool find_stop(const box_end& end) {
    if (end.course == box_course::stays_up) {
      conclude(outage_cause::stopped, confidence::medium,
               stop_in_words(end) + " while the machine stayed up; how that ended is not known");
      return true;
    }
    const bool was_cut_off = drives_ == drives_say::lost_power_unsafely || meaning_.has_value()
                             || death(kernel_death::what::sysrq) != nullptr
                             || death(kernel_death::what::lockup) != nullptr;
    if (was_cut_off)
      return false;
    conclude(outage_cause::shutdown, confidence::low,
             stop_in_words(end) + ", and the machine was probably shut down then");
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
    const bool says_so = meaning_ && meaning_->cause == outage_cause::watchdog;
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
    if (const auto* end = marker(); end != nullptr && end->course != box_course::stays_up)
      evidence("pmactor had left its clean marker: " + end->words);
    return true;
  }

  /// What the firmware says of the reset. Its weaker words may be of an older one, where the power
  /// went since.
  bool find_reset_word() {
    const bool lost_power = drives_ != drives_say::nothing && drives_ != drives_say::stayed_on;
    if (!meaning_ || (meaning_->sure != confidence::high && lost_power))
      return false;
    conclude(meaning_->cause, meaning_->sure, meaning_->says);
    if (const auto* lockup = death(kernel_death::what::lockup); lockup != nullptr)
      evidence(quoted(*lockup));
    if (drives_ != drives_say::nothing)
      evidence(drive_words_);
    return true;
  }

  static bool contains(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
  }

  /// What the drives say: one that was given power anew proves that it had gone.
  enum class drives_say : std::uint8_t { nothing, stayed_on, lost_power, lost_power_unsafely };
  drives_say ask_drives() {
    auto result = drives_say::nothing;
    for (const auto& now : now_.drives) {
      const auto before = std::find_if(last_.drives.begin(), last_.drives.end(),
                                       [&now](const auto& x) { return x.name == now.name; });
      // Zero is not a count: a drive that counts has been given power once.
      if (before == last_.drives.end() || before->cycles.value_or(0) == 0
          || now.cycles.value_or(0) == 0)
        continue;
      const bool is_unsafe = before->unsafe && now.unsafe && *now.unsafe > *before->unsafe;
      if (*now.cycles > *before->cycles) {
        drive_words_ = "the drive " + now.name + " was given power anew"
                       + (is_unsafe ? ", after an unsafe shutdown" : "");
        return is_unsafe ? drives_say::lost_power_unsafely : drives_say::lost_power;
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
    const auto* sysrq = death(kernel_death::what::sysrq);
    const bool survived =
      is_kept_memory_there() || sysrq != nullptr || death(kernel_death::what::lockup) != nullptr;
    const bool memory_was_lost = !survived && last_.has_memory_copy && now_.reads_kept_memory;
    const bool lost_power = drives_ == drives_say::lost_power
                            || drives_ == drives_say::lost_power_unsafely
                            || contains(now_.power_on_reason, "regular power-up");
    if (survived || drives_ == drives_say::stayed_on)
      decide_reset(sysrq);
    else if (!find_battery(lost_power, lost_power || memory_was_lost)) {
      if (lost_power || memory_was_lost)
        decide_power_loss(lost_power);
      else
        guess();
    }
    if (drives_ != drives_say::nothing)
      evidence(drive_words_);
    if (is_kept_memory_there())
      evidence("its memory outlived it: the last record was found there");
    if (memory_was_lost)
      evidence("what it had written to memory that outlives a reset was gone");
  }

  /// What a battery says: it was empty; or it was not, and the power cannot have gone.
  /// @param is_proved the power had gone for sure,
  /// @param lost_power or by what memory shows.
  bool find_battery(bool is_proved, bool lost_power) {
    constexpr double empty = 5, charged = 20;
    if (!last_.battery_pct)
      return false;
    const auto level = printed("%.0f %%", *last_.battery_pct);
    if (*last_.battery_pct <= empty && last_.on_battery.value_or(false)) {
      conclude(outage_cause::battery_empty, is_proved ? confidence::high : confidence::medium,
               "the battery was empty");
      evidence("the battery was at " + level + " and not being charged");
      return true;
    }
    if (*last_.battery_pct < charged || !lost_power)
      return false;
    conclude(outage_cause::reset, confidence::medium,
             "the machine was switched off without a shutdown, as by holding its power button");
    evidence("the battery was at " + level + ", so the power cannot have gone by itself");
    return true;
  }

  /// Holding the power button takes the power from the drives as well.
  void decide_power_loss(bool is_proved) {
    if (now_.hypervisor)
      conclude(outage_cause::host_killed, is_proved ? confidence::high : confidence::medium,
               "this virtual machine was ended from outside, or its host lost power");
    else
      conclude(outage_cause::power_loss, confidence::medium,
               "the power was lost, or the machine was switched off by holding its power button");
  }

  /// Without a trace there is but the time until it was back.
  void guess() {
    constexpr nanoseconds at_once = 45s;
    outage_verdict times;
    const bool is_known =
      !now_.is_clock_doubtful && decide_length(times, last_.at, now_.now, false);
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
    if (last_.end && last_.end->failed)
      evidence("pmactor had given up before: " + last_.end->words);
    constexpr double hot = 90;
    if (!last_.seconds.empty() && last_.seconds.back().cpu_temp_c.value_or(0) >= hot)
      evidence(printed("the CPU was at %.0f °C", *last_.seconds.back().cpu_temp_c));
    evidence("the machine was started anew: its boot id is another one");
  }

  const box_record& last_;
  const start_traces& now_;
  const std::optional<reset_meaning> meaning_;
  drives_say drives_ = drives_say::nothing;
  std::string drive_words_;
};

void forget_length(outage_verdict& x) {
  x.is_length_known = false;
  x.ended = x.began;
}

bool is_same_boot(const box_record& last, const start_traces& now) {
  return !last.run.boot_id.empty() && last.run.boot_id == now.run.boot_id;
}

} // namespace

outage_verdict decide_outage(const box_record& last, const start_traces& now) {
  const bool stayed_up = is_same_boot(last, now);
  auto result = stayed_up ? decide_daemon_end(last, now) : machine_judge{last, now}.decide();
  decide_length(result, last_sign_of(last, now), now.now, stayed_up);
  if (!stayed_up && now.is_clock_doubtful)
    forget_length(result);
  return result;
}

clock_sample last_sign_of(const box_record& last, const start_traces& now) {
  if (!is_same_boot(last, now) || !now.daemon || now.daemon->run != last.run)
    return last.at;
  // The page is foreign: a moment that has not come yet is none.
  const auto& pulse = now.daemon->pulse;
  return pulse.total > last.at.total && pulse.total <= now.now.total ? pulse : last.at;
}

nanoseconds boot_time(const clock_sample& x) {
  return x.wall - x.total;
}

bool is_clock_set(nanoseconds wall) {
  constexpr nanoseconds first_release =
    std::chrono::seconds{1'767'225'600}; // 2026: older than any build of this
  return wall >= first_release;
}

bool is_length_due(const clock_question& x) {
  // A clock that is corrected does so soon after the boot. A guest that is continued from a
  // snapshot has its clock set as well, and that says nothing of its boot.
  constexpr nanoseconds step = 5s, soon = 10min;
  const auto moved = boot_time(x.now) - x.booted;
  const bool was_set = moved > step || moved < -step;
  return x.is_length_known ? was_set && x.now.total < soon : was_set || x.is_synchronised;
}

bool decide_length(outage_verdict& x, const clock_sample& last, const clock_sample& start,
                   bool stayed_up) {
  // Clocks are read in turn, and stepped a little; what lies further back is by a clock that was
  // not set.
  constexpr nanoseconds slack = std::chrono::seconds{5};
  x.stayed_up = stayed_up;
  if (stayed_up) { // a clock that none sets went on
    x.ended = start.wall;
    x.began = start.wall - std::max(nanoseconds{}, start.total - last.total);
    return x.is_length_known = true;
  }
  x.began = last.wall;
  x.ended = boot_time(start);
  x.is_length_known = is_clock_set(x.began) && is_clock_set(x.ended) && x.ended + slack >= x.began;
  if (x.is_length_known)
    x.ended = std::max(x.ended, x.began);
  else {
    if (!is_clock_set(x.began))
      x.began = start.wall;
    forget_length(x);
  }
  return x.is_length_known;
}

} // namespace pmactor
