#include "actors/witness_keeper/judge_witness.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A timer that is so late is looked at again as it becomes a stall.
constexpr nanoseconds least_late = 100ms;

/// Half a pace before the timer was due: what holds it up began at some time since it came the last time.
nanoseconds begin_of_lateness(const witness_words& words) {
  return words.due - words.pace / 2;
}

std::optional<nanoseconds> find_next_look(const witness_words& words, bool is_late, nanoseconds now,
                                          nanoseconds least) {
  std::optional<nanoseconds> result;
  if (words.rising)
    result = std::max(words.rising->began + least, words.rising->certain);
  if (!is_late && words.due > nanoseconds{} && now - words.due > least_late) { // it may become a stall soon
    const auto due = begin_of_lateness(words) + least;
    result = std::min(result.value_or(due), due);
  }
  return result;
}

/// A thread that is ready and does not run, as the quota of its own group is used up, feels no other program.
void leave_out_throttled(std::vector<felt_stretch>& felt, nanoseconds now, const growth_record& throttled) {
  std::erase_if(felt, [&](const felt_stretch& x) {
    const auto until = x.ended.value_or(now);
    return x.resource == stall_resource::cpu && 2 * throttled.between(x.began, until) >= until - x.began;
  });
}

} // namespace

bool is_timer_late(const witness_words& words, nanoseconds now) {
  return words.due > nanoseconds{} && now - words.due > words.pace;
}

judged_words judge_witness(const witness_words& words, char timer_state, nanoseconds now, nanoseconds least,
                           const growth_record* throttled) {
  judged_words result;
  const bool is_late = is_timer_late(words, now);
  const bool is_child_held = is_late && is_held(timer_state);
  const bool is_starved = is_late && timer_state == 'R';
  result.next_look = find_next_look(words, is_late, now, least);
  result.late = words.late;
  if (!is_child_held)
    result.late.add(words.in_hand);
  if (is_starved)
    result.late.note(late_part::cpu, now - words.due);
  result.felt = words.felt;
  if (is_child_held) // all of the child is, and counters that only it reads do not move
    std::erase_if(result.felt, [](const felt_stretch& x) { return !x.ended; });
  if (is_starved)
    result.felt.push_back({stall_resource::cpu, {}, stall_sense::timer, begin_of_lateness(words), std::nullopt,
                           words.pace / 2});
  if (throttled != nullptr)
    leave_out_throttled(result.felt, now, *throttled);
  return result;
}

std::optional<nanoseconds> find_hold(const witness_words& words, char timer_state, nanoseconds now,
                                     const growth_record& lived) {
  if (!is_timer_late(words, now) || !is_held(timer_state))
    return std::nullopt;
  const auto silent = lived.between(words.due, now);
  return silent > longest_hold ? std::optional{silent} : std::nullopt;
}

} // namespace pmactor
