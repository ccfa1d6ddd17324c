#include "actors/pause_detector/amend_by_late_suspend.hpp"

#include "actors/pause_detector/book_ledger.hpp"

#include <chrono>
#include <utility>

namespace pmactor {

using std::chrono::nanoseconds;

std::optional<event_amendment> amend_by_late_suspend(const pause_event& pause, const clock_sample& now) {
  // Its notifiers run between the thaw and the count.
  constexpr auto counted_within = std::chrono::seconds{5};
  const auto unexplained = pause.book[pause_cause::unexplained].length;
  if (pause.asleep > nanoseconds{} || pause.machine_lost_time || unexplained * 2 < pause.duration
      || now.awake - pause.after.awake > counted_within)
    return std::nullopt;
  event_amendment result;
  result.id = pause.id;
  // Before it was known, that the child was late as well said nothing of other processes.
  result.scope = pause_scope::system;
  auto book = pause.book;
  book[pause_cause::unexplained] = {};
  book[pause_cause::asleep] = {unexplained, suspend_words};
  result.explained = event_amendment::explanation{pause_cause::asleep, confidence::high, std::move(book)};
  return result;
}

} // namespace pmactor
