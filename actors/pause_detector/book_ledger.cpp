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
  nanoseconds gap() const {
    return beat.after.at.awake - beat.before.at.awake;
  }
};

std::string share(nanoseconds part, nanoseconds whole) {
  return whole > nanoseconds::zero()
           ? std::to_string(std::lround(100.0 * to_seconds(part) / to_seconds(whole))) + " %"
           : "0 %";
}

void book_stolen(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto& before = grew.beat.before;
  const auto& after = grew.beat.after;
  const auto gap = grew.gap();
  if (after.cpus == 0 || before.cpus != after.cpus || gap <= nanoseconds::zero())
    return;
  const auto accounted = grown(before.machine_total, after.machine_total);
  if (!accounted)
    return;
  const auto window = after.slow_at - before.slow_at;
  const auto stolen = grew.of(&counters::machine_stolen) / after.cpus;
  const auto missing = window - *accounted / after.cpus;
  if (to_seconds(stolen) >= policy.least_stolen * to_seconds(window))
    to.book_to(pause_cause::stolen, stolen,
               "the kernel counts " + spelled(stolen) + " per CPU as stolen");
  if (to_seconds(missing) >= policy.least_missing * to_seconds(gap)
      && missing > std::chrono::milliseconds{50})
    to.book_to(pause_cause::stolen, missing,
               spelled(missing) + " are missing from the books of every CPU ("
                 + share(missing, gap) + " of the gap)");
}

void book_waiting(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto wait = grew.of(&counters::own_wait);
  if (wait < policy.noise)
    return;
  const auto in_queue = "ready to run but waiting for a CPU for " + spelled(wait) + " ("
                        + share(wait, grew.gap()) + " of the gap)";
  if (const auto throttles = grew.of(&counters::throttles); throttles > 0)
    to.book_to(pause_cause::quota, std::min(wait, grew.of(&counters::throttled)),
               in_queue + ", the control group's quota ran out "
                 + (throttles == 1 ? "once" : std::to_string(throttles) + " times"));
  const auto booked = to.book[pause_cause::quota].length;
  auto evidence = in_queue;
  if (const auto pressed = grown(grew.beat.before.cpu_some, grew.beat.after.cpu_some))
    evidence += ", CPU pressure " + share(*pressed, grew.gap());
  to.book_to(pause_cause::cpu_wait, wait - booked, evidence);
}

/// Its own thread is not told apart from the others, of which some may have waited while it did not: this
/// speaks for it only where they waited for most of the gap.
void book_process_waiting(booking& to, const growth& grew, const ledger_policy& policy) {
  if (grew.beat.after.own_wait)
    return;
  const auto wait = grew.of(&counters::process_wait);
  if (to_seconds(wait) < policy.least_process_wait * to_seconds(grew.gap()))
    return;
  to.book_to(pause_cause::cpu_wait, wait,
             "its threads together were ready to run but waiting for a CPU for " + spelled(wait));
}

void book_freezer(booking& to, const growth& grew, const ledger_policy& policy) {
  if (const auto frozen = grew.of(&counters::frozen); frozen > nanoseconds::zero())
    to.book_to(pause_cause::frozen, frozen,
               "the control group counts " + spelled(frozen) + " as frozen");
  const auto& before = grew.beat.before.freezer_written;
  const auto& after = grew.beat.after.freezer_written;
  if (!before || !after || *before == *after)
    return;
  if (*after >= grew.beat.after.at.wall - policy.thaw)
    to.book_to(pause_cause::frozen, to.left,
               "the control group's freezer was written to "
                 + spelled(std::max(nanoseconds::zero(), grew.beat.after.at.wall - *after))
                 + " before the pause ended");
}

void book_stop(booking& to, const growth& grew) {
  const auto continues = grew.of(&counters::continues);
  if (continues == 0)
    return;
  const auto& after = grew.beat.after;
  auto evidence = continues == 1 ? std::string{"SIGCONT received"}
                                 : "SIGCONT received " + std::to_string(continues) + " times";
  if (after.continued_by > 0)
    evidence += ", from process " + std::to_string(after.continued_by) + " of user "
                + std::to_string(after.continued_by_user);
  to.book_to(pause_cause::stopped, to.left, evidence);
}

void book_blocking(booking& to, const growth& grew, const ledger_policy& policy) {
  const auto faults = grew.of(&counters::own_faults);
  const auto all_faults = std::max(faults, grew.of(&counters::process_faults));
  const auto own_memory = grew.of(&counters::group_memory_full);
  const auto memory = std::max(own_memory, grew.of(&counters::memory_full));
  const auto own_io = grew.of(&counters::group_io_full);
  const auto io = std::max(own_io, grew.of(&counters::io_full));
  if (faults > 0) {
    // The thread itself waited for pages: that is where the rest of the time went.
    const bool short_of = memory >= policy.noise || all_faults >= policy.thrashing_faults;
    const auto pages = "waited for " + std::to_string(faults)
                       + (faults == 1 ? " page" : " pages") + " from the disk";
    to.book_to(short_of ? pause_cause::memory : pause_cause::io, to.left,
               pages + ", memory pressure (full) " + spelled(memory) + ", I/O pressure (full) "
                 + spelled(io));
    return;
  }
  const auto switches = grew.of(&counters::own_switches);
  if (switches < policy.blocked_switches)
    return; // It did not block: whatever the pressure was, others felt it.
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

} // namespace

ledger book_ledger(const late_beat& beat, nanoseconds duration, const ledger_policy& policy) {
  PMACTOR_CHECK(duration >= nanoseconds::zero());
  booking to{duration, {}};
  const growth grew{beat};
  // In the order of how well a counter measures: those that count just this thread's lost time come
  // before those that tell that something happened but not for how long.
  book_stolen(to, grew, policy);
  book_waiting(to, grew, policy);
  if (const auto work = grew.of(&counters::own_cpu); work >= policy.noise)
    to.book_to(pause_cause::own_work, work, "its thread ran for " + spelled(work));
  book_process_waiting(to, grew, policy);
  book_freezer(to, grew, policy);
  book_stop(to, grew);
  book_blocking(to, grew, policy);
  const auto longest = std::max_element(
    to.book.lines.begin(), to.book.lines.end(),
    [](const ledger_line& a, const ledger_line& b) { return a.length < b.length; });
  if (to.left <= beat.period / 2 + policy.noise && longest->length > to.left)
    longest->length += to.left;
  else
    to.book_to(pause_cause::unexplained, to.left, "no counter moved that would explain it");
  PMACTOR_CHECK(to.book.total() == duration);
  return to.book;
}

} // namespace pmactor
