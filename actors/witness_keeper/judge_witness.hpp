// Decides what the words of the witness child are worth, by what became of the child itself: one that is held feels
// nothing that lasts, and one that is ready and does not run feels the CPUs, unless its own group's quota is used up.
// Pure: time and what the kernel says of its thread are arguments.
#pragma once

#include "actors/witness_keeper/growth_record.hpp"
#include "actors/witness_keeper/witness_page.hpp"
#include "messages/lateness.hpp"
#include "messages/stall.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace pmactor {

/// @returns whether the child's own timer has not come for so long that the state of its thread says why.
bool is_timer_late(const witness_words& words, std::chrono::nanoseconds now);

/// What is taken of one look at the words.
struct judged_words {
  std::vector<felt_stretch> felt;
  lateness late;
  /// When to look again at the first of what is still too short to be certain; absent if the regular look will do.
  std::optional<std::chrono::nanoseconds> next_look;
};

/// @param timer_state the state of the thread of the timer, as /proc has it; looked at only where is_timer_late().
/// @param least the length of a stall.
/// @param throttled how long the quota of the child's own group held CPUs up; null where there is none.
judged_words judge_witness(const witness_words& words, char timer_state, std::chrono::nanoseconds now,
                           std::chrono::nanoseconds least, const growth_record* throttled);

/// The child may be held for so long, of lived time, before it is worth a word: more than a stop
/// and its end take that reach all of pmactor one after the other.
constexpr std::chrono::nanoseconds longest_hold = std::chrono::seconds{5};

/// @param timer_state as above. @param lived what was lived: no one expects a word for a pause, of
/// the machine or of all of pmactor.
/// @returns for how long a child that is stopped or traced has felt nothing, of lived time; absent
/// up to longest_hold.
std::optional<std::chrono::nanoseconds> find_hold(const witness_words& words, char timer_state,
                                                  std::chrono::nanoseconds now,
                                                  const growth_record& lived);

/// How long a child may take to begin: as long as a busy machine takes to start a program.
constexpr std::chrono::nanoseconds longest_start = std::chrono::seconds{10};

} // namespace pmactor
