#include "actors/witness_keeper/witness_keeper.hpp"

#include "actors/host/back_off.hpp"
#include "actors/supervision/log.hpp"
#include "actors/witness_keeper/judge_witness.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds regular_pace = 1s;
/// Shorter stretches are left in the page. What lasts is seen with less than this at one look, and so becomes
/// long enough less than this after the next one.
constexpr nanoseconds shortest_read = 250ms;
constexpr nanoseconds slack =
  30ms; ///< A look as a stretch becomes long enough comes that much later.
constexpr nanoseconds search_pause = 1s; ///< Between two searches for the exact begin of a stall.
constexpr nanoseconds first_delay = 1s, longest_delay = 60s; ///< Between two starts of the child.
constexpr const char* without_child = "Half-freezes are known from blocked processes only: ";

} // namespace

void witness_keeper_memory::start_afresh() {
  child.reset();
  cursor = {};
  tracker = {};
  at_begin.clear();
  blocked = {};
  give_up_all(pending);
}

nanoseconds witness_keeper_state::lived() const {
  return clock->at(self->clock().now().time_since_epoch());
}

void witness_keeper_state::receive(const scored_sample& x) {
  memory->at = x.system.at;
}

/// A process is seen to wait when it is scanned, and may have waited for nearly a second by then:
/// the regular look may come too late. Most waits end soon, and are left to that.
void witness_keeper_state::receive(const power_sample& x) {
  if (!host.blocked || !host.awake)
    return;
  const auto since = memory->blocked.add(x, host.blocked);
  if (!since)
    return;
  const auto now = host.awake(), due = *since + policy.least;
  const auto regular = regular_pace - self->clock().now().time_since_epoch() % regular_pace;
  if (due + slack - now < regular)
    look_again(due, now);
}

void witness_keeper_state::look_again(nanoseconds due, nanoseconds now) {
  if (armed_for && *armed_for <= due)
    return;
  armed_for = due;
  self->delayed_send(self, std::max(due - now, nanoseconds{}) + slack, close_look_due{++armed});
}

/// Starts the child, and again with back-off where it ends.
bool witness_keeper_state::has_child() {
  auto& m = *memory;
  if (m.child) {
    const auto why = m.child->ended();
    if (why.empty())
      return true;
    m.child.reset();
    const auto delay = back_off(m.failures++, first_delay, longest_delay);
    m.start_again = lived() + delay;
    log_line(log_level::warning, name, "witness-ended",
             "The witness child " + why + "; it is started again in " + to_words(delay) + '.');
    self->degraded(std::string{without_child} + "the witness child " + why + '.');
  }
  if (!host.start || lived() < m.start_again)
    return false;
  try {
    m.cursor = {};
    m.child = host.start();
    m.started = lived();
    return true;
  } catch (const std::exception& e) {
    const auto delay = back_off(m.failures++, first_delay, longest_delay);
    m.start_again = lived() + delay;
    self->degraded(without_child + std::string{e.what()});
    return false;
  }
}

std::optional<nanoseconds> witness_keeper_state::read_words(stall_look& to) {
  auto& m = *memory;
  const auto at = to.now;
  if (!has_child())
    return std::nullopt;
  const auto state_of = [&m](std::int64_t thread) { return m.child->state_of(thread); };
  auto words = read_witness_page(m.child->page(), m.cursor, at, shortest_read, state_of);
  if (!words.is_alive) {
    if (lived() - m.started > longest_start)
      self->degraded(std::string{without_child} + "the witness child was started and does not begin; "
                     "the disk of its program may not answer.");
    return std::nullopt;
  }
  m.failures = 0;
  missed += words.missed;
  const char state = is_timer_late(words, at) ? state_of(words.timer_thread) : 'S';
  std::string trouble;
  if (const auto hold = find_hold(words, state, at, m.lived))
    trouble = without_child + ("the witness child is stopped and has felt nothing for " + to_words(*hold)) + '.';
  self->degraded(trouble);
  const auto throttled = host.throttled ? host.throttled() : std::nullopt;
  if (throttled)
    m.throttled.add(at, *throttled);
  auto judged = judge_witness(words, state, at, policy.least, throttled ? &m.throttled : nullptr);
  if (m.late)
    m.late->note(judged.late);
  for (auto& x : judged.felt)
    if (x.server)
      judge_server(x, host.server ? host.server(x.server->pid) : std::nullopt);
  note_state(words);
  if (words.standstill)
    report(*words.standstill);
  to.felt = std::move(judged.felt);
  to.leads = std::move(words.leads);
  return judged.next_look;
}

void witness_keeper_state::note_state(const witness_words& words) {
  std::string text = "nothing stalls";
  const auto stalls = memory->tracker.in_progress();
  if (!stalls.empty()) {
    text.clear();
    for (const auto& x : stalls)
      text += (text.empty() ? "" : ", ") + in_words(x.facts.resource, x.facts.name) + " stalls since "
              + to_words(host.awake() - x.began);
  }
  if (words.unwitnessed > 0)
    text += "; " + std::to_string(words.unwitnessed) + " things have no witness, as there are too many";
  if (missed > 0)
    text += "; " + std::to_string(missed) + " stretches were lost";
  self->note(text);
  if (auto* slot = self->slot())
    slot->stalls.store(static_cast<std::uint32_t>(stalls.size()), std::memory_order_relaxed);
}

/// As soon as a disk or a mount may have been silent for long enough, and none is known that waited
/// for it all the time: looks for one. The samples may show it only when the begin, by which the
/// stall is known from then on, is reported; and what is dated too late is reported too late.
void witness_keeper_state::find_exact_begin(const stall_look& x) {
  auto& m = *memory;
  if (!host.all_blocked || (m.all_asked && x.now - *m.all_asked < search_pause) || !has_doubtful_begin(x, policy))
    return;
  m.all_asked = x.now;
  m.blocked.add(host.all_blocked(), x.now, host.blocked);
}

void witness_keeper_state::look() {
  auto& m = *memory;
  armed_for.reset();
  if (!m.at || !host.awake)
    return;
  stall_look x;
  x.now = host.awake();
  m.lived.add(x.now, lived());
  const auto rising = read_words(x);
  if (host.blocked) {
    if (const auto thread = host.committing ? host.committing() : 0; thread > 0)
      m.blocked.add(thread, "pmactor", x.now, host.blocked);
    find_exact_begin(x);
    auto blocked = m.blocked.look(x.now, host.blocked);
    x.felt.insert(x.felt.end(), std::make_move_iterator(blocked.begin()),
                  std::make_move_iterator(blocked.end()));
    x.waiting = m.blocked.waiting();
  }
  for (const auto& change : m.tracker.look(x, m.lived, policy))
    report(change);
  std::erase_if(m.at_begin, [stalls = m.tracker.in_progress()](const auto& known) {
    return std::none_of(stalls.begin(), stalls.end(),
                        [&](const stall& y) { return y.began == known.first; });
  });
  auto next = m.tracker.next_look(x, policy);
  if (rising)
    next = std::min(next.value_or(*rising), *rising);
  if (next && *next + slack < x.now + regular_pace)
    look_again(*next, x.now);
}

void witness_keeper_state::report(const stall_change& x) {
  auto& at_begin = memory->at_begin;
  sinks.push(self, compose_stall(x, at_begin.try_emplace(x.is.began, *memory->at).first->second,
                                 *memory->at));
  if (x.change == stall_change::what::lasts)
    return; // news to those that keep it, and none to people
  log_line(log_level::warning, name, x.is.facts.is_over ? "stall-over" : "stall-begun", sentence_of(x));
}

void witness_keeper_state::report(const standstill_word& x) {
  const auto news = compose_standstill(x, host.hypervisor, *memory->at);
  sinks.push(self, news);
  log_line(log_level::warning, name, "clocks-stood-still",
           "The clocks of this machine stood still for " + spelled(x.length) + ", while its real-time clock went on.");
}

witness_keeper_impl::behavior_type
witness_keeper(witness_keeper_state::pointer self, const actor_slot_ref& slot, const witness_keeper_policy& policy,
               const witness_host& host, const lived_clock* clock,
               const std::shared_ptr<witness_keeper_memory>& memory) {
  self->attach(slot);
  auto& state = self->state;
  state.policy = policy;
  state.host = host;
  state.clock = clock;
  state.memory = memory;
  state.sinks.open(memory->pending);
  if (policy.enabled)
    state.timer.start(self);
  else
    self->note("watches nothing: it is switched off in the settings");
  return {
    [self](const scored_sample& x) {
      if (self->state.policy.enabled)
        self->state.receive(x);
    },
    [self](const power_sample& x) {
      if (self->state.policy.enabled)
        self->state.receive(x);
    },
    handle_link(self, self->state.sinks),
    handle_drill(self),
    [self](const look_due&) {
      if (self->state.timer.take(self))
        self->state.look();
    },
    [self](const close_look_due& x) {
      if (x.armed == self->state.armed)
        self->state.look();
    },
  };
}

} // namespace pmactor
