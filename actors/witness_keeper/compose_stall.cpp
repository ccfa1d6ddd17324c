#include "actors/witness_keeper/compose_stall.hpp"

#include "messages/answer_words.hpp"
#include "messages/words.hpp"

namespace pmactor {
namespace {

/// @returns the clocks at a moment of the awake one, by a recent reading of all.
clock_sample place(std::chrono::nanoseconds awake, const clock_sample& at) {
  const auto since = awake - at.awake;
  return {awake, at.total + since, at.wall + since};
}

} // namespace

pause_news compose_stall(const stall_change& x, const clock_sample& at_begin,
                         const clock_sample& at) {
  const auto began = place(x.is.began, at_begin), ended = place(x.is.ended, at);
  const auto duration = x.is.ended - x.is.began;
  const auto id = mint_event_id(event_kind::stall, began.wall);
  if (x.change == stall_change::what::over || x.change == stall_change::what::lasts) {
    event_amendment result;
    result.id = id;
    (x.change == stall_change::what::over ? result.over : result.lasts) = event_amendment::end{ended.wall, duration};
    result.stall = x.is.facts;
    return result;
  }
  pause_event result;
  result.id = id;
  result.kind = event_kind::stall;
  result.before = began;
  result.after = ended;
  result.started = began.wall;
  result.ended = ended.wall;
  result.duration = duration;
  result.uncertainty = x.is.uncertainty;
  explain_stall(result, x.is.facts);
  return result;
}

pause_event compose_standstill(const standstill_word& x, const std::optional<hypervisor_fact>& hypervisor,
                               const clock_sample& at) {
  pause_event result;
  result.before = result.after = place(x.at, at);
  result.ended = result.after.wall;
  result.started = result.ended - x.length;
  result.id = mint_event_id(event_kind::pause, result.started);
  result.duration = x.length;
  result.uncertainty = x.uncertainty;
  result.cause = hypervisor ? pause_cause::stolen : pause_cause::unexplained;
  result.sure = hypervisor ? confidence::high : confidence::low;
  result.scope = pause_scope::system;
  result.machine_lost_time = true;
  result.book[result.cause] = {x.length,
                               "the real-time clock went on while all other clocks of the machine stood still"
                                 + (hypervisor ? ": it was stopped from outside, under " + to_string(*hypervisor)
                                               : std::string{}) };
  result.evidence.push_back("it was at some time in the " + spelled(x.within) + " before this was found");
  return result;
}

std::string sentence_of(const stall_change& x) {
  const auto& facts = x.is.facts;
  const auto subject = capitalised(in_words(facts.resource, facts.name));
  const auto length = spelled(x.is.ended - x.is.began);
  const auto verb = answer_words(facts.resource, facts.is_over ? answer_tense::past : answer_tense::perfect);
  return subject + ' ' + std::string{verb} + " for " + length
         + (facts.is_over ? " (give or take " + spelled(x.is.uncertainty) + ')' : std::string{}) + "; felt by " + joined(facts.felt_by) + '.';
}

} // namespace pmactor
