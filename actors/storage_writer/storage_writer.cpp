#include "actors/storage_writer/storage_writer.hpp"

#include "actors/storage_writer/decide_retention.hpp"
#include "actors/storage_writer/trust_clock.hpp"
#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

constexpr auto note_period = std::chrono::seconds{10};

/// At an orderly end a lock is waited for so often, each time for the connection's own time-out: a stop has
/// less than a second for all. What is not taken then, the daemon keeps for the next run.
constexpr int last_attempts = 2;

constexpr const char* component = storage_writer_state::name;

/// @returns whether storing the one stores the other.
bool is_repeat(const history_row& a, const history_row& b) {
  const auto* x = std::get_if<scored_sample>(&a);
  const auto* y = std::get_if<scored_sample>(&b);
  return x != nullptr && y != nullptr ? x->system.tick == y->system.tick : a == b;
}

bool is_of_event(const history_row& x) {
  return !std::holds_alternative<scored_sample>(x) && !std::holds_alternative<remember>(x);
}

void answer(caf::response_promise& promise, const std::string& refusal) {
  if (refusal.empty())
    promise.deliver(caf::unit);
  else if (!promise.async()) // an error in answer to a plain send would end its sender
    promise.deliver(make_error(failure::refused, refusal));
}

} // namespace

storage_writer_state::storage_writer_state(storage_writer_pointer ptr) : self(ptr) {
}

storage_writer_state::promise storage_writer_state::take(history_row row) {
  auto result = self->make_response_promise<promise>();
  // While the database is away, each successor of a sender sends again what is in hand already. It is the
  // one to be answered: the one before is dead, or counts no answer of that turn.
  const auto known = std::find_if(rows.begin(), rows.end(),
                                  [&row](const history_row& x) { return is_repeat(x, row); });
  if (known != rows.end()) {
    promises[static_cast<std::size_t>(known - rows.begin())] = result;
    return result;
  }
  if (rows.size() >= policy.max_waiting) {
    answer(result, "the storage writer holds " + std::to_string(rows.size()) + " rows already");
    return result;
  }
  rows.push_back(std::move(row));
  promises.push_back(result);
  if (retry_is_due) {
    say_trouble();
    return result;
  }
  // What else is queued goes into the same transaction.
  if (self->mailbox().size() == 0) {
    flush();
  } else if (!flush_is_due) {
    flush_is_due = true;
    self->send(self, flush_due{});
  }
  return result;
}

void storage_writer_state::flush() {
  if (retry_is_due)
    return;
  do {
    const auto count = one_by_one ? std::min<std::size_t>(1, rows.size()) : rows.size();
    try {
      ensure_open();
      if (count > 0)
        port->store(std::span{rows}.first(count));
      committed(count);
    } catch (const storage_problem& problem) {
      if (!fails(problem))
        return;
    } catch (const std::exception& e) {
      if (!fails({storage_failure::other, std::string{"Cannot store: "} + e.what()}))
        return;
    }
  } while (!rows.empty() || !port);
  one_by_one = false;
  say_size();
  const auto now = self->clock().now();
  if (!pruning && newest && (!next_prune || now >= *next_prune)) {
    next_prune = now + (begin_prune() ? policy.prune_period : std::chrono::minutes{1});
  }
}

void storage_writer_state::ensure_open() {
  if (port && set_aside_is_due) { // it opened well; the damage was found later
    try {
      alarm = port->set_aside(trouble ? trouble->what() : "");
    } catch (...) {
      port.reset();
      throw;
    }
    port.reset();
    set_aside_is_due = false;
    log_line(log_level::error, component, "database-kept-aside", alarm);
  }
  if (port)
    return;
  port = open(set_aside_is_due ? damaged_file::set_aside : damaged_file::refuse);
  set_aside_is_due = false;
  log_line(port->alarm().empty() ? log_level::info : log_level::warning, component, "database-opened",
           port->opened());
  if (!port->alarm().empty())
    alarm = port->alarm();
  say_events_stored(); // to open it takes in what an earlier run could not store
}

void storage_writer_state::say_events_stored() {
  if (stored)
    self->send(stored, events_stored{});
}

void storage_writer_state::committed(std::size_t count) {
  if (std::any_of(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), is_of_event))
    say_events_stored();
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto* sample = std::get_if<scored_sample>(&rows[i]))
      newest = to_seconds(sample->system.at.wall);
    answer(promises[i], {});
  }
  const auto n = static_cast<std::ptrdiff_t>(count);
  rows.erase(rows.begin(), rows.begin() + n);
  promises.erase(promises.begin(), promises.begin() + n);
  failures.clear();
  if (trouble) {
    trouble.reset();
    say_trouble();
    log_line(log_level::info, component, "database-recovered",
             "The database works again; no row that was sent to it is lost.");
  }
}

bool storage_writer_state::fails(const storage_problem& problem) {
  if (auto* slot = self->slot())
    slot->errors.fetch_add(1, std::memory_order_relaxed);
  // A file is not damaged the more often, nor a row the more suspect, for a lock that lasted long before.
  if (problem.kind != storage_failure::other)
    failures[storage_failure::other] = 0;
  const auto attempts = problem.kind == storage_failure::corrupt
                          ? note_damage(damage, self->clock().now().time_since_epoch(), policy)
                          : failures[problem.kind]++;
  auto step = decide_storage_failure(problem.kind, attempts, policy);
  using act = storage_step::act;
  if (step.what == act::set_row_aside) {
    if (port && !rows.empty()) {
      if (rows.size() > 1 && !one_by_one)
        one_by_one = true;
      else
        give_up_first_row(problem.what());
      return true;
    }
    step = {act::reopen, policy.last_retry}; // no row is to blame: there was none
  }
  if (!trouble || trouble->kind != problem.kind)
    log_line(log_level::warning, component, "database-" + to_string(problem.kind),
             describe_trouble(problem.kind, rows.size(), problem.what()));
  trouble = problem;
  say_trouble();
  if (problem.kind == storage_failure::moved)
    alarm = problem.what();
  // It stays due if something else fails meanwhile, or the same damage would be found and counted again.
  set_aside_is_due = set_aside_is_due || step.what == act::set_file_aside;
  // A file that is to be set aside stays where it is until then: what it holds may still be read.
  if (step.what == act::reopen)
    port.reset();
  if (step.delay == std::chrono::nanoseconds::zero())
    return true;
  retry_is_due = true;
  self->delayed_send(self, step.delay, retry_due{});
  return false;
}

void storage_writer_state::say_trouble() {
  if (trouble)
    self->degraded(describe_trouble(trouble->kind, rows.size(), trouble->what()));
  else
    self->degraded(describe_damage(damage, self->clock().now().time_since_epoch(), policy));
}

void storage_writer_state::give_up_first_row(const std::string& why) {
  log_line(log_level::error, component, "row-refused", why);
  answer(promises.front(), why);
  rows.erase(rows.begin());
  promises.erase(promises.begin());
  failures.clear(); // each row is given the same patience
}

bool storage_writer_state::begin_prune() {
  prune_clock clock;
  try {
    clock = trust_clock(parse_prune_clock(port->recall(prune_clock_key).value_or("")), *newest);
    const history_row row = remember{prune_clock_key, to_text(clock)};
    port->store({&row, 1});
  } catch (const std::exception& problem) {
    // Samples come first: they find out what is wrong, and what to do about it.
    log_line(log_level::warning, component, "prune-failed", problem.what());
    return false;
  }
  if (const auto ahead = disbelieved(clock); ahead > 0)
    log_line(log_level::warning, component, "clock-disbelieved",
             "The clock is " + to_words(std::chrono::seconds{std::llround(ahead)})
               + " ahead of what was seen before. In case it is wrong, no more than two days' worth of the "
                 "history is removed a day.");
  pruning = true;
  prune_now = clock.trusted;
  pruned = {};
  self->send(self, prune_due{});
  return true;
}

void storage_writer_state::prune() {
  if (!pruning)
    return;
  prune_result result;
  auto order = decide_retention(prune_now, policy);
  order.rows = batch;
  const auto began = self->clock().now();
  if (port && !retry_is_due) {
    try {
      result = port->prune(order);
    } catch (const std::exception& problem) {
      // Samples come first: they find out what is wrong, and what to do about it.
      log_line(log_level::warning, component, "prune-failed", problem.what());
      next_prune = began + std::chrono::minutes{1};
    }
  } else {
    next_prune = began + std::chrono::minutes{1};
  }
  batch = size_batch(batch, self->clock().now() - began, policy);
  pruned.samples += result.samples;
  pruned.events += result.events;
  if (result.more) {
    self->delayed_send(self, policy.prune_pause, prune_due{});
    return;
  }
  pruning = false;
  if (pruned.samples > 0 || pruned.events > 0)
    log_line(log_level::info, component, "history-pruned",
             "Removed " + std::to_string(pruned.samples) + " samples and "
               + std::to_string(pruned.events) + " events that were too old to keep.");
}

void storage_writer_state::say_size() {
  const auto now = self->clock().now();
  if (!port || (next_note && now < *next_note))
    return;
  next_note = now + note_period;
  if (!trouble && damage.count > 0) // it is forgotten after a while
    say_trouble();
  try {
    const auto size = port->size();
    auto text = describe_history(size.samples, size.bytes);
    if (!alarm.empty())
      text += ". " + alarm;
    self->note(text);
  } catch (const std::exception&) {
    // The next sample finds out.
  }
}

pinned_folders storage_writer_state::pinned() const {
  try {
    if (port && !retry_is_due)
      return {true, port->pinned_folders()};
  } catch (const std::exception&) {
    // The next row finds out.
  }
  return {};
}

void storage_writer_state::finish() {
  for (int attempt = 0; attempt < last_attempts; ++attempt) {
    retry_is_due = false;
    flush();
    if (rows.empty() || !trouble || trouble->kind != storage_failure::busy)
      break;
  }
  if (!rows.empty())
    log_line(log_level::warning, component, "rows-not-stored",
             std::to_string(rows.size()) + " rows could not be stored before the end: "
               + (trouble ? trouble->what() : "the database is away."));
  if (!port)
    return;
  try {
    port->end();
  } catch (const std::exception& problem) {
    log_line(log_level::warning, component, "end-not-marked", problem.what());
  }
  port.reset();
}

storage_writer_impl::behavior_type storage_writer(storage_writer_pointer self, actor_slot_ref slot,
                                                  open_history open, storage_writer_policy policy) {
  self->attach(slot);
  auto& state = self->state;
  state.open = std::move(open);
  state.policy = policy;
  self->set_exit_handler([self](const caf::exit_msg& order) {
    if (order.reason == caf::exit_reason::user_shutdown)
      self->state.finish();
    if (order.reason && order.reason != caf::exit_reason::normal)
      self->quit(order.reason);
  });
  // The file is there, and sound, before the first row comes.
  state.flush_is_due = true;
  self->send(self, flush_due{});
  return {
    [self](const scored_sample& sample) { return self->state.take(sample); },
    [self](const remember& entry) { return self->state.take(entry); },
    [self](const event_record& event) { return self->state.take(event); },
    [self](const event_amendment& x) { return self->state.take(x); },
    [self](const capture_report& report) { return self->state.take(report); },
    [self](const link_to&, const stored_sink_actor& x) {
      self->state.stored = x;
      if (self->state.port) // it may have missed something
        self->state.say_events_stored();
    },
    [self](const ask_pinned&) { return self->state.pinned(); },
    handle_drill(self),
    [self](const flush_due&) {
      self->state.flush_is_due = false;
      self->state.flush();
    },
    [self](const retry_due&) {
      self->state.retry_is_due = false;
      self->state.flush();
    },
    [self](const prune_due&) { self->state.prune(); },
  };
}

} // namespace pmactor
