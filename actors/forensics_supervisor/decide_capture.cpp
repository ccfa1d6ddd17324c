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

std::string captures_in_words(std::uint32_t count) {
  return std::to_string(count) + (count == 1 ? " capture" : " captures");
}

/// @returns why the budget has nothing left for it; empty if it has.
std::string spent_budget(const capture_book& book, bool of_stress, const capture_policy& policy) {
  const auto budget = "budget of " + captures_in_words(policy.per_hour) + " an hour";
  if (book.begun.size() >= policy.per_hour)
    return "The " + budget + " was used up.";
  const auto share = policy.per_hour / 2;
  const auto taken = std::count_if(book.begun.begin(), book.begun.end(),
                                   [](const begun_capture& x) { return x.of_stress; });
  if (!of_stress || taken < static_cast<std::ptrdiff_t>(share))
    return {};
  return share == 0 ? "The " + budget + " has no share for critical stress."
                    : "The share of critical stress in the " + budget + ", " + captures_in_words(share) + ", was used up.";
}

/// The one that waits, if one does, is under way from now on, and the one before it no longer.
void take_turn(capture_book& book) {
  book.running = std::exchange(book.waiting, false);
  book.of_stress = false;
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
  while (!book.begun.empty() && lived - book.begun.front().at >= budget_period)
    book.begun.pop_front();

  const bool of_stress = event.kind == event_kind::critical;
  if (book.running && book.waiting)
    return {act::skip, "One capture was under way and another one was waiting for its turn."};
  if (book.running && of_stress)
    return {act::skip, "Another capture was under way."};
  // A freeze amid stress is what the stress led to, and is seen in no capture of the stress.
  const auto& ended = of_stress ? book.ended : book.freeze_ended;
  if (!book.running && ended && lived - *ended < policy.cooldown)
    return {act::skip, "The last capture had ended " + spelled(lived - *ended) + " before, in the same episode."};
  if (auto why = spent_budget(book, of_stress, policy); !why.empty())
    return {act::skip, std::move(why)};
  book.begun.push_back({lived, of_stress});
  if (book.running) {
    book.waiting = true;
    return {act::wait, {}};
  }
  book.running = true;
  book.of_stress = of_stress;
  return {act::begin, {}};
}

void cancel_waiting(capture_book& book, event_id event) {
  if (std::exchange(book.waiting, false) && !book.begun.empty())
    book.begun.pop_back(); // none was begun after it
  std::erase(book.seen, event);
}

bool abandon_capture(capture_book& book) {
  const std::ptrdiff_t after_it = book.waiting ? 1 : 0;
  if (std::ssize(book.begun) > after_it)
    book.begun.erase(book.begun.end() - 1 - after_it);
  take_turn(book);
  return book.running;
}

bool end_capture(capture_book& book, std::chrono::nanoseconds lived) {
  book.ended = lived;
  if (!book.of_stress)
    book.freeze_ended = lived;
  take_turn(book);
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
