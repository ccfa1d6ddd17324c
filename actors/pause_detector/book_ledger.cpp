#include "actors/pause_detector/book_ledger.hpp"

#include "messages/check.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;
using counters = beat_counters;

/// The time that is left to book, and the book.
struct booking {
  nanoseconds left;
  ledger book;

  void book_to(pause_cause line, nanoseconds length, const std::string& evidence) {
    length = std::clamp(length, nanoseconds::zero(), left);
    if (length == nanoseconds::zero())
      return;
    left -= length;
    book[line].length += length;
    auto& text = book[line].evidence;
    text += (text.empty() ? "" : "; ") + evidence;
  }
};

/// What the counters say, with absent ones as zero: what is not known speaks for nothing.
struct growth {
  const late_beat& beat;

  template <class T>
  T of(std::optional<T> counters::* counter) const {
    return grown(beat.before.*counter, beat.after.*counter).value_or(T{});
  }
  /// Of a counter of the control group: those of two groups do not compare.
  template <class T>
  T of_group(std::optional<T> counters::*counter) const {
    return beat.before.group_moves == beat.after.group_moves ? of(counter) : T{};
  }
  /// At least how much of a time grew before the beat came. The counters are read after that, and
  /// if the thread was held up in between, they hold that as well.
  /// @param until when the counter was read at the latest.
  nanoseconds proven(nanoseconds grew, nanoseconds counters::*until,
                     const ledger_policy& policy) const {
    const auto held_up = beat.after.*until - beat.after.at.awake;
    return held_up > policy.noise ? std::max(nanoseconds::zero(), grew - held_up) : grew;
  }
  nanoseconds gap() const {
    return beat.after.at.awake - beat.before.at.awake;
  }
  /// How far a reading of the wait and one of the quota are apart, if that matters.
  static nanoseconds apart(const counters& x, const ledger_policy& policy) {
    return x.throttled && x.quota_lag > policy.noise ? x.quota_lag : nanoseconds::zero();
  }
};

std::string share(nanoseconds part, nanoseconds whole) {
  return whole > nanoseconds::zero()
           ? std::to_string(std::lround(100.0 * to_seconds(part) / to_seconds(whole))) + " %"
           : "0 %";
}

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

/// @returns how it is known that there is a hypervisor; empty if none is known.
std::string known_hypervisor(const counters& x) {
  if (x.hypervisor)
    return to_string(*x.hypervisor);
  // A column that ever moved is a sign as well.
  return x.machine_stolen.value_or(nanoseconds{}) > nanoseconds::zero()
           ? "a hypervisor, as the kernel has counted stolen time before"
           : "";
}

/// What the books of the thread's own CPU lack, where that is most of the gap.
struct lacking_cpu {
  nanoseconds length{};
  bool is_alone = false; ///< Those of the others are whole.
};

lacking_cpu find_lacking_cpu(const growth& grew, const ledger_policy& policy) {
  const auto& before = grew.beat.before;
  const auto& after = grew.beat.after;
  const auto accounted = grown(before.accounted_of_cpu, after.accounted_of_cpu);
  const auto all = grown(before.machine_total, after.machine_total);
  if (before.interrupts_of != after.interrupts_of || !accounted || !all)
    return {};
  const auto window = after.machine_at - before.machine_until;
  const auto length = window - *accounted;
  if (length < std::chrono::milliseconds{50} || 2 * length < grew.gap())
    return {};
  if (after.cpus < 2)
    return {length, false};
  const auto others = (window * after.cpus - *all - length) / (after.cpus - 1);
  return {length, to_seconds(others) < policy.least_missing * to_seconds(grew.gap())};
}

/// Time that the kernel accounted to nothing: on all CPUs, or on the thread's own.
/// @param by how a hypervisor is known; empty if none is.
void book_missing(booking& to, const growth& grew, const std::string& by,
                  const ledger_policy& policy) {
  const auto missing = missing_time(grew.beat, policy);
  const auto own = find_lacking_cpu(grew, policy);
  const auto stalls = grew.of(&counters::kernel_stalls);
  const auto of_own = spelled(own.length) + " are missing from the books of CPU "
                      + std::to_string(grew.beat.after.interrupts_of) + " ("
                      + share(own.length, grew.gap()) + " of the gap)";
  const auto of_all = spelled(missing) + " are missing from the books of every CPU ("
                      + share(missing, grew.gap()) + " of the gap)";
  if (stalls > 0 && std::max(own.length, missing) > nanoseconds::zero()) {
    const bool is_own = own.length > missing;
    auto evidence =
      (is_own ? of_own : of_all) + ", and the kernel found itself locked up " + times(stalls);
    // A kernel with its interrupts off keeps no books, nor does a machine that does not run, of
    // which the kernel's watchdogs take the one for the other as it goes on. One CPU alone that a
    // hypervisor does not let run is counted as stolen, where it counts that at all.
    const bool would_be_counted =
      grew.beat.after.machine_stolen.value_or(nanoseconds{}) > nanoseconds{};
    if (by.empty() || (is_own && own.is_alone && would_be_counted))
      to.book_to(pause_cause::kernel, std::max(own.length, missing), evidence);
    else
      to.book_to(pause_cause::unexplained, std::max(own.length, missing),
                 evidence + ": its own code or " + by + ", which is not known");
    return;
  }
  if (missing <= nanoseconds::zero())
    return;
  if (!by.empty())
    to.book_to(pause_cause::stolen, missing, of_all + ", under " + by);
  else if (const auto calls = grew.of(&counters::firmware_calls); calls > 0)
    to.book_to(pause_cause::firmware, missing,
               of_all + ", and the firmware interrupted the CPUs " + times(calls) + " (SMI)");
  else
    to.book_to(
      pause_cause::unexplained, missing,
      of_all + ", and no hypervisor is known here: firmware, or a kernel with its interrupts off");
}

/// Time that the machine as a whole did not have. Only where there is a hypervisor was it that
/// which took it: on bare metal interrupts that stayed off, or the firmware (SMI), look the same.
void book_stolen(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto& before = grew.beat.before;
  const auto& after = grew.beat.after;
  if (after.cpus == 0 || before.cpus != after.cpus || grew.gap() <= nanoseconds::zero())
    return;
  const auto by = known_hypervisor(after);
  const auto stolen = grew.of(&counters::machine_stolen) / after.cpus;
  if (!by.empty()
      && to_seconds(stolen)
           >= policy.least_stolen * to_seconds(after.machine_at - before.machine_at))
    to.book_to(pause_cause::stolen, grew.proven(stolen, &counters::machine_until, policy),
               "the kernel counts " + spelled(stolen) + " per CPU as stolen (" + by + ")");
  book_missing(to, grew, by, policy);
}

/// @returns how long the thread's CPU served interrupts within the gap, at least. They keep a
/// thread from running whether it waits in the queue or its timer has not even fired.
nanoseconds interrupted_time(const growth& grew, const ledger_policy& policy) {
  const auto& before = grew.beat.before;
  const auto& after = grew.beat.after;
  if (before.interrupts_of != after.interrupts_of)
    return {};
  // All that lies outside of the gap may have been interrupts.
  const auto outside = std::max(nanoseconds::zero(), before.at.awake - before.machine_at)
                       + std::max(nanoseconds::zero(), after.machine_until - after.at.awake);
  const auto least = grew.of(&counters::interrupts) - outside;
  return to_seconds(least) >= policy.least_interrupts * to_seconds(grew.gap()) ? least
                                                                               : nanoseconds{};
}

void book_interrupts(booking& to, const growth& grew, nanoseconds interrupted) {
  auto evidence = "CPU " + std::to_string(grew.beat.after.interrupts_of) + " served interrupts for "
                  + spelled(interrupted) + " (" + share(interrupted, grew.gap()) + " of the gap)";
  if (const auto pressed = grew.of(&counters::interrupts_full); pressed > nanoseconds::zero())
    evidence += ", interrupt pressure " + share(pressed, grew.gap());
  constexpr std::uint64_t many = 1000;
  if (const auto& by = grew.beat.after.interrupted_by; by && by->count >= many)
    evidence += ", most of them line " + std::to_string(by->number)
                + (by->name[0] == '\0' ? "" : " (" + std::string{by->name.data()} + ')') + ", " + grouped(by->count)
                + " times on all CPUs";
  to.book_to(pause_cause::interrupts, interrupted, evidence);
}

/// @param elsewhere how much of the waiting is booked already.
void book_waiting(booking& to, const growth& grew, nanoseconds elsewhere,
                  const ledger_policy& policy) {
  const auto all = grew.proven(grew.of(&counters::own_wait), &counters::machine_at, policy);
  const auto wait = all - std::min(all, elsewhere);
  if (wait < policy.noise)
    return;
  const auto in_queue = "ready to run but waiting for a CPU for " + spelled(all) + " ("
                        + share(all, grew.gap()) + " of the gap)";
  // By the time and not by the number of throttlings: one that ends as the quota is lifted is not
  // numbered.
  // Where it was not read at the moment of the wait, some of it may have come later.
  const auto may_be_quota = grew.of_group(&counters::throttled);
  const auto throttled = may_be_quota - growth::apart(grew.beat.after, policy);
  if (throttled >= policy.noise) {
    const auto throttles = grew.of_group(&counters::throttles);
    to.book_to(pause_cause::quota, std::min(wait, throttled),
               in_queue + ", the control group's quota ran out"
                 + (throttles > 0 ? ' ' + times(throttles) : std::string{})
                 + " and held its CPUs up for " + spelled(throttled) + " together");
  }
  // Others are proven for what cannot have been quota. It may have been counted before the gap already, where
  // the wait was read earlier.
  const auto quota_at_most = may_be_quota + growth::apart(grew.beat.before, policy);
  if (wait <= quota_at_most)
    return;
  auto evidence = in_queue;
  if (const auto pressed = grown(grew.beat.before.cpu_some, grew.beat.after.cpu_some))
    evidence += ", CPU pressure " + share(*pressed, grew.gap());
  if (const auto stalls = grew.of(&counters::kernel_stalls); stalls > 0)
    evidence += ", the kernel found itself locked up " + times(stalls);
  to.book_to(pause_cause::cpu_wait, wait - quota_at_most, evidence);
}

/// Its own thread is not counted apart from the others, of which some may have waited while it did
/// not: this speaks for it only where they waited for most of the gap.
void book_process_waiting(booking& to, const growth& grew, const ledger_policy& policy) {
  if (grew.beat.after.own_wait)
    return;
  const auto wait = grew.of(&counters::process_wait);
  if (to_seconds(wait) < policy.least_process_wait * to_seconds(grew.gap()))
    return;
  to.book_to(pause_cause::cpu_wait, wait,
             "its threads together were ready to run but waiting for a CPU for " + spelled(wait));
}

void book_frozen(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto frozen = grew.proven(grew.of_group(&counters::frozen), &counters::machine_at, policy);
  if (frozen > nanoseconds::zero())
    to.book_to(pause_cause::frozen, frozen,
               "the control group counts " + spelled(frozen) + " as frozen");
}

/// Blocked on something, and the pressure that its control group or the machine felt bounds for how
/// long. A beat's thread does no I/O and its memory is locked: this is seldom.
void book_blocking(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto switches = grew.of(&counters::own_switches);
  if (grew.of(&counters::own_faults) > 0 || switches < policy.blocked_switches)
    return; // It did not block: whatever the pressure was, others felt it.
  const auto own_io = grew.of_group(&counters::group_io_full);
  const auto io = std::max(own_io, grew.of(&counters::io_full));
  const auto memory =
    std::max(grew.of_group(&counters::group_memory_full), grew.of(&counters::memory_full));
  const auto enough = [&](nanoseconds x) {
    return to_seconds(x) >= policy.least_pressure * to_seconds(grew.gap());
  };
  const auto blocked = "blocked " + std::to_string(switches - 1) + " times";
  if (enough(memory))
    to.book_to(pause_cause::memory, memory,
               blocked + ", memory pressure (full) " + spelled(memory));
  if (enough(io))
    to.book_to(pause_cause::io, io,
               blocked + ", I/O pressure (full) " + spelled(io)
                 + (own_io >= io ? " in its own control group" : ""));
}

/// Something that happened within the pause and took some of it, but does not say how much.
struct claim {
  pause_cause line;
  nanoseconds most; ///< It can have taken.
  std::string evidence;
};

std::optional<claim> claim_of_faults(const growth& grew, nanoseconds left,
                                     const ledger_policy& policy) {
  const auto faults = grew.of(&counters::own_faults);
  if (faults == 0)
    return std::nullopt;
  const auto all_faults = std::max(faults, grew.of(&counters::process_faults));
  const auto memory =
    std::max(grew.of_group(&counters::group_memory_full), grew.of(&counters::memory_full));
  const auto io = std::max(grew.of_group(&counters::group_io_full), grew.of(&counters::io_full));
  const bool short_of = memory >= policy.noise || all_faults >= policy.thrashing_faults;
  // A thread that waits for a page is a task that waits for I/O: no more can have passed so than
  // any did.
  const auto io_some = grown(grew.beat.before.io_some, grew.beat.after.io_some);
  const auto memory_some = grown(grew.beat.before.memory_some, grew.beat.after.memory_some);
  const auto most = io_some && memory_some ? std::min(left, *io_some + *memory_some) : left;
  return claim{short_of ? pause_cause::memory : pause_cause::io, most,
               "waited for " + std::to_string(faults) + (faults == 1 ? " page" : " pages")
                 + " from the disk, memory pressure (full) " + spelled(memory)
                 + ", I/O pressure (full) " + spelled(io)};
}

/// A freezer, of which the kernel does not count the time, that was written to just before the pause ended: it thawed
/// us, if it had frozen us.
std::optional<claim> claim_of_freezer(const growth& grew, nanoseconds left,
                                      const ledger_policy& policy) {
  const auto& before = grew.beat.before.freezer_written;
  const auto& after = grew.beat.after.freezer_written;
  if (!before || !after || *before == *after
      || grew.beat.before.group_moves != grew.beat.after.group_moves)
    return std::nullopt;
  if (*after < grew.beat.after.at.wall - policy.thaw)
    return std::nullopt;
  return claim{pause_cause::frozen, left,
               "the control group's freezer was written to "
                 + spelled(std::max(nanoseconds::zero(), grew.beat.after.at.wall - *after))
                 + " before the pause ended"};
}

/// A SIGCONT ends a stop, but is also sent to what was never stopped. Where the counters before were read only as the
/// pause had begun, what they counted of it is lost, and nothing else is excluded.
std::optional<claim> claim_of_continue(const growth& grew, nanoseconds left) {
  const auto continues = grew.of(&counters::continues);
  if (continues == 0 || grew.beat.before.slow_until > grew.beat.deadline)
    return std::nullopt;
  const auto& after = grew.beat.after;
  auto evidence =
    continues == 1 ? std::string{"SIGCONT received"} : "SIGCONT received " + times(continues);
  if (after.continued_by > 0) {
    const auto process =
      "process " + std::to_string(after.continued_by) + " of "
      + (after.continued_by_user == 0 ? "root" : "user " + std::to_string(after.continued_by_user));
    const std::string name{after.continued_by_name.data()};
    evidence += ", from " + (name.empty() ? process : name + " (" + process + ')');
  }
  return claim{pause_cause::stopped, left, evidence};
}

/// A suspend whose clocks went on, as it may be with one to idle.
std::optional<claim> claim_of_suspend(const growth& grew, nanoseconds left) {
  if (grew.of(&counters::sleeps) == 0)
    return std::nullopt;
  return claim{pause_cause::asleep, left, suspend_words};
}

std::optional<claim> claim_of_tracer(const growth& grew, nanoseconds left) {
  if (grew.beat.after.traced_by == 0)
    return std::nullopt;
  return claim{pause_cause::traced, left,
               "process " + std::to_string(grew.beat.after.traced_by) + " traces it"};
}

nanoseconds slept(const late_beat& beat) {
  const auto parted = (beat.after.at.total - beat.before.at.total) - (beat.after.at.awake - beat.before.at.awake);
  constexpr nanoseconds read_apart = std::chrono::milliseconds{50};
  return parted > read_apart ? parted : nanoseconds::zero();
}

/// Books the time in which the thread neither ran nor was ready to run. One claim to it is
/// believed; of several it is not known which took how long, and the more interesting one is not
/// the likelier.
void book_claims(booking& to, const growth& grew, const ledger_policy& policy) {
  std::vector<claim> claims;
  const auto consider = [&](std::optional<claim> x) {
    if (!x)
      return;
    if (x->most * 2 < to.left) // no rival to what took the rest
      to.book_to(x->line, x->most, x->evidence);
    else
      claims.push_back(std::move(*x));
  };
  consider(claim_of_faults(grew, to.left, policy));
  consider(claim_of_freezer(grew, to.left, policy));
  consider(claim_of_continue(grew, to.left));
  consider(claim_of_tracer(grew, to.left));
  // Where the clocks parted the sleep is known, and what is left is beside it.
  if (slept(grew.beat) == nanoseconds::zero())
    consider(claim_of_suspend(grew, to.left));
  // What was counted too much before the gap was waited or worked within it.
  if (const auto unseen = grew.beat.before.own_excess; 2 * unseen >= to.left)
    claims.push_back({pause_cause::unexplained, to.left,
                      "its thread may have waited for a CPU, or run, for " + spelled(unseen)
                        + " more than is proven"});
  if (claims.size() == 1)
    return to.book_to(claims[0].line, claims[0].most, claims[0].evidence);
  std::string all;
  for (const auto& x : claims)
    all += (all.empty() ? "" : "; ") + x.evidence;
  if (!all.empty())
    to.book_to(pause_cause::unexplained, to.left,
               all + ": which of them took how long is not known");
}

} // namespace

nanoseconds missing_time(const late_beat& beat, const ledger_policy& policy) {
  const auto& before = beat.before;
  const auto& after = beat.after;
  const auto accounted = grown(before.machine_total, after.machine_total);
  if (after.cpus == 0 || before.cpus != after.cpus || !accounted)
    return {};
  // The clock is read on both sides of the books: this is the shortest that the time between can
  // have been.
  const auto window = after.machine_at - before.machine_until;
  const auto missing = window - *accounted / after.cpus;
  const auto gap = after.at.awake - before.at.awake;
  const bool beyond_error = missing > std::chrono::milliseconds{50}
                            && to_seconds(missing) >= policy.least_missing * to_seconds(gap);
  return beyond_error ? missing : nanoseconds::zero();
}

ledger book_ledger(const late_beat& beat, nanoseconds duration, nanoseconds uncertainty,
                   const ledger_policy& policy) {
  PMACTOR_CHECK(duration >= nanoseconds::zero());
  booking to{duration, {}};
  const growth grew{beat};
  // In the order of how well a counter measures: those that count just this thread's lost time come
  // before those that say that something happened but not for how long.
  book_stolen(to, grew, policy);
  const auto interrupted = interrupted_time(grew, policy);
  book_interrupts(to, grew, interrupted);
  book_waiting(to, grew, interrupted, policy);
  if (const auto work = grew.of(&counters::own_cpu); work >= policy.noise)
    to.book_to(pause_cause::own_work, work, "its thread ran for " + spelled(work));
  book_process_waiting(to, grew, policy);
  book_frozen(to, grew, policy);
  book_blocking(to, grew, policy);
  const auto longest = std::max_element(
    to.book.lines.begin(), to.book.lines.end(),
    [](const ledger_line& a, const ledger_line& b) { return a.length < b.length; });
  // A remainder of that size is the error of the length and no time that something took.
  if (to.left <= uncertainty + policy.noise && longest->length > to.left) {
    longest->length += to.left;
    to.left = nanoseconds::zero();
  }
  book_claims(to, grew, policy);
  to.book_to(pause_cause::unexplained, to.left, "no counter moved that would explain it");
  PMACTOR_CHECK(to.book.total() == duration);
  return to.book;
}

} // namespace pmactor
