#include "actors/pause_detector/choose_cause.hpp"

#include "actors/pause_detector/book_ledger.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// How sure the line is by itself.
confidence sureness(pause_cause cause, const late_beat& beat) {
  switch (cause) {
    case pause_cause::cpu_wait:
      // Without a wait of its own, that of all threads was what spoke.
      return beat.after.own_wait ? confidence::high : confidence::medium;
    case pause_cause::asleep:
    case pause_cause::quota:
    case pause_cause::own_work:
      return confidence::high;
    case pause_cause::stopped:
      // A SIGCONT is also sent to what was never stopped: it is believed where the thread is known
      // to have neither run nor been ready to run, until the second witness says that it saw
      // something else.
      return beat.after.own_wait || beat.after.process_wait ? confidence::high : confidence::low;
    case pause_cause::frozen:
      return grown(beat.before.frozen, beat.after.frozen).value_or(nanoseconds{}) > nanoseconds{}
               ? confidence::high
               : confidence::medium;
    case pause_cause::io:
    case pause_cause::memory:
    case pause_cause::stolen:
    case pause_cause::interrupts:
    case pause_cause::kernel:
    case pause_cause::firmware:
    case pause_cause::traced:
      return confidence::medium;
    case pause_cause::unexplained:
      break;
  }
  return confidence::low;
}

} // namespace

chosen_cause choose_cause(const ledger& book, nanoseconds duration, const late_beat& beat) {
  const auto longest
    = std::max_element(book.lines.begin(), book.lines.end(),
                       [](const ledger_line& a, const ledger_line& b) { return a.length < b.length; });
  chosen_cause result;
  result.cause = static_cast<pause_cause>(longest - book.lines.begin());
  if (longest->length * 2 >= duration)
    result.sure = sureness(result.cause, beat);
  return result;
}

} // namespace pmactor
