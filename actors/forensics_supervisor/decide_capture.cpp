#include "actors/forensics_supervisor/decide_capture.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace pmactor {
namespace {

using act = capture_choice::act;

constexpr std::size_t most_seen = 64;
constexpr std::chrono::hours budget_period{1};
constexpr std::uint64_t least_for_ourselves = 8ull
                                              << 20; ///< Bytes for artifacts that need no tool.

bool is_due(const pause_event& event, const capture_policy& policy) {
  if (!policy.enabled || event.part_of) // what is captured of the stall covers it, too
    return false;
  if (event.kind == event_kind::pause && event.cause == pause_cause::asleep)
    return false;
  if (event.kind == event_kind::pause)
    return event.duration >= policy.least_pause;
  if (event.kind == event_kind::stall) // at its begin: what is perishable is there while it lasts
    return event.duration >= policy.least_stall;
  return event.kind == event_kind::critical;
}

} // namespace

std::string to_string(const capture_choice& x) {
  static constexpr const char* words[] = {"ignore", "begin", "wait", "skip"};
  return std::string{words[static_cast<std::size_t>(x.what)]} + (x.why.empty() ? "" : ": ") + x.why;
}

capture_choice decide_capture(capture_book& book, const pause_event& event,
                              std::chrono::nanoseconds lived, const capture_policy& policy) {
  if (!is_due(event, policy))
    return {};
  if (std::find(book.seen.begin(), book.seen.end(), event.id) != book.seen.end())
    return {};
  book.seen.push_back(event.id);
  if (book.seen.size() > most_seen)
    book.seen.pop_front();
  while (!book.begun.empty() && lived - book.begun.front() >= budget_period)
    book.begun.pop_front();

  if (book.running && book.waiting)
    return {act::skip, "One capture was under way and another one was waiting for its turn."};
  if (!book.running && book.ended && lived - *book.ended < policy.cooldown)
    return {act::skip, "The last capture had ended " + spelled(lived - *book.ended)
                         + " before, in the same episode."};
  if (book.begun.size() >= policy.per_hour)
    return {act::skip, "The budget of " + std::to_string(policy.per_hour)
                         + (policy.per_hour == 1 ? " capture" : " captures") + " an hour was used up."};
  book.begun.push_back(lived);
  if (book.running) {
    book.waiting = true;
    return {act::wait, {}};
  }
  book.running = true;
  return {act::begin, {}};
}

void cancel_waiting(capture_book& book) {
  if (std::exchange(book.waiting, false) && !book.begun.empty())
    book.begun.pop_back(); // none was begun after it
}

bool abandon_capture(capture_book& book) {
  const std::ptrdiff_t after_it = book.waiting ? 1 : 0;
  if (std::ssize(book.begun) > after_it)
    book.begun.erase(book.begun.end() - 1 - after_it);
  book.running = std::exchange(book.waiting, false);
  return book.running;
}

bool end_capture(capture_book& book, std::chrono::nanoseconds lived) {
  book.running = book.waiting;
  book.waiting = false;
  book.ended = lived;
  return book.running;
}

room_verdict judge_room(const pause_event& event, const capture_room& room,
                        const capture_policy& policy) {
  room_verdict result;
  if (room.disk && *room.disk < policy.least_disk)
    result.why_none = "The disk was nearly full: " + bytes_in_words(*room.disk) + " free, "
                      + bytes_in_words(policy.least_disk) + " needed.";
  if (room.memory && *room.memory < policy.least_memory) {
    const bool is_its_evidence =
      event.kind == event_kind::stall || event.cause == pause_cause::memory;
    const bool is_enough_for_us = is_its_evidence && *room.memory >= least_for_ourselves;
    (is_enough_for_us ? result.why_no_tools : result.why_none) =
      "Memory was short: " + bytes_in_words(*room.memory) + " available, "
      + bytes_in_words(policy.least_memory) + " needed.";
  }
  return result;
}

} // namespace pmactor
