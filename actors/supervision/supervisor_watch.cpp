// The SUPERVISOR's watch over its children: the pulse, hangs, and what does not work.
#include "actors/supervision/supervisor.hpp"

#include "actors/supervision/decide_hang.hpp"
#include "actors/supervision/log.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::string_view component = "supervisor";

constexpr std::string_view no_beat = "No beat comes, so no pause is found; lived time goes on by the "
                                     "SUPERVISOR's pulse, in whole seconds.";

} // namespace

void supervisor_state::give_pulse() {
  if (setup_.page_was_lost && setup_.page_was_lost())
    restore_slots();
  if (setup_.on_pulse)
    setup_.on_pulse();
  look_at_handlers();
  for (std::size_t i = 0; i < children_.size(); ++i)
    check_hang(i);
  check_held_up();
  report_faults();
  if (!setup_.on_report)
    return;
  supervision_report report{faults(), {}};
  for (const auto& child : children_)
    if (!child.spec.optional)
      report.longest_hang = std::max(report.longest_hang, hanging_for(child) - child.spec.hang_limit);
  setup_.on_report(report);
}

void supervisor_state::check_beat() {
  constexpr unsigned patience = 3; // pulses: one may find itself alone behind a pause
  const bool misses = setup_.lived->pulses_without_beat() >= patience;
  const bool is_new = std::exchange(misses_beat_, misses) != misses;
  if (!misses && !is_new)
    return;
  const auto child = std::find_if(children_.begin(), children_.end(),
                                  [](const child_state& x) { return x.spec.beats; });
  if (child == children_.end())
    return;
  if (child->slot != nullptr) // each time, as a new incarnation wipes it off
    child->slot->degraded.write(misses ? no_beat : std::string_view{child->degraded});
  if (!is_new)
    return;
  report_faults();
  if (misses)
    log_line(log_level::error, component, "beat-missing",
             child->spec.id + " gives no beat: no pause is found, and lived time is only roughly known.");
  else
    log_line(log_level::info, component, "beat-again", child->spec.id + " beats again.");
}

void supervisor_state::look_at_handlers() {
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (auto& child = children_[i]; child.slot != nullptr) {
      const bool has_slot = child.handle || has_predecessor(child);
      const std::chrono::nanoseconds since{
        has_slot ? child.slot->handler_since_ns.load(std::memory_order_acquire) : 0};
      child.handling_for = handlers_.look(i, since, lived());
      child.slot->met_for_ns.store(child.handling_for.count(), std::memory_order_relaxed);
      child.slot->met_since_ns.store(since.count(), std::memory_order_release);
    }
}

void supervisor_state::check_hang(std::size_t index) {
  auto& child = children_[index];
  hang_facts facts;
  // One that its successor waits for is as good as up: it holds up what the successor would do.
  facts.is_running = !stopping_ && !child.stopping_for_reload && (child.handle != nullptr || has_predecessor(child));
  facts.is_replaceable = child.spec.replaceable;
  facts.lingering = child.lingering.size();
  facts.handling_for = child.handling_for;
  facts.limit = child.spec.hang_limit;
  const auto action = decide_hang(facts);
  if (action == hang_action::none)
    return;
  const std::chrono::nanoseconds since{child.slot->handler_since_ns.load(std::memory_order_acquire)};
  const auto what = "has been handling " + child.slot->handler.read() + " for "
                    + std::to_string(std::chrono::round<std::chrono::seconds>(child.handling_for).count()) + " s";
  if (action == hang_action::report) {
    note_failure(child, what);
    if (std::exchange(child.hang_logged, since) == since)
      return;
    child.slot->hangs.fetch_add(1, std::memory_order_relaxed);
    log_line(log_level::error, component, "handler-hangs", child.spec.id + ' ' + what + '.');
    return;
  }
  child.slot->hangs.fetch_add(1, std::memory_order_relaxed);
  log_line(log_level::error, component, "hung-child-replaced", child.spec.id + ' ' + what + '.');
  caf::anon_send_exit(child.handle, caf::exit_reason::kill); // for when it comes back
  leave_behind(child);
  failed(index, what);
}

std::chrono::nanoseconds supervisor_state::hanging_for(const child_state& child) const {
  if (!has_predecessor(child))
    return child.handling_for;
  // It may hang outside of any handler, as in its start.
  return std::max(child.handling_for, lived() - child.left_behind);
}

void supervisor_state::on_degradation(const degradation& x) {
  if (x.child >= children_.size())
    return;
  auto& child = children_[x.child];
  if (!child.handle || child.incarnations != x.incarnation || child.degraded == x.why)
    return;
  child.degraded = x.why;
  report_faults();
}

std::vector<fault> supervisor_state::faults() const {
  std::vector<fault> result;
  for (const auto& child : children_)
    if (child.phase == actor_phase::given_up)
      result.push_back({child.spec.id, "it failed too often and was given up: " + child.failure});
    else if (has_predecessor(child) && is_hang(hanging_for(child), child.spec.hang_limit))
      result.push_back({child.spec.id, "It hangs in a handler, and is started again once that has ended."});
    else if (child.spec.beats && misses_beat_)
      result.push_back({child.spec.id, std::string{no_beat}});
    else if (!child.degraded.empty())
      result.push_back({child.spec.id, child.degraded});
  return result;
}

void supervisor_state::report_faults() {
  auto all = faults();
  if (all == std::exchange(reported_, all))
    return;
  for (const auto& child : children_)
    report_faults_to(child);
}

void supervisor_state::report_faults_to(const child_state& child) {
  if (!child.handle || !child.spec.report_faults)
    return;
  auto others = faults();
  std::erase_if(others, [&child](const fault& x) { return x.actor == child.spec.id; });
  child.spec.report_faults(child.handle, fault_list{std::move(others)});
}

void supervisor_state::restore_slots() {
  if (setup_.page == nullptr)
    return;
  setup_.page->phase.store(stopping_ ? daemon_phase::stopping : daemon_phase::running);
  setup_.page->slots_used.store(static_cast<std::uint32_t>(children_.size()));
  for (auto& child : children_) {
    auto& slot = *child.slot;
    // An incarnation writes only while the slot is its own.
    slot.generation.store(child.incarnations);
    slot.name.write(child.spec.id);
    slot.optional_child.store(child.spec.optional ? 1 : 0);
    slot.hang_limit_ns.store(child.spec.hang_limit.count());
    slot.phase.store(child.phase);
    slot.failure.write(child.failure);
    slot.degraded.write(child.degraded);
    child.handled_at_start = 0;
  }
}

} // namespace pmactor
