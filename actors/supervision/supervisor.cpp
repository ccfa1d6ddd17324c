#include "actors/supervision/supervisor.hpp"

#include "actors/supervision/log.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::string_view component = "supervisor";

exit_kind kind_of(const caf::error& reason) {
  if (!reason)
    return exit_kind::normal;
  if (reason == caf::exit_reason::normal)
    return exit_kind::normal;
  if (reason == caf::exit_reason::user_shutdown)
    return exit_kind::shutdown;
  return exit_kind::abnormal;
}

std::string in_words(std::chrono::nanoseconds delay) {
  return delay == std::chrono::nanoseconds::zero() ? std::string{"at once"} : "in " + to_words(delay);
}

} // namespace

supervisor_state::~supervisor_state() { // however it ends: quit, exit, kill or crash
  for (auto i = children_.rbegin(); i != children_.rend(); ++i)
    if (i->handle)
      caf::anon_send_exit(i->handle, caf::exit_reason::user_shutdown);
}

supervisor_impl::behavior_type supervisor_state::run(supervisor_setup setup) {
  setup_ = std::move(setup);
  random_.seed(setup_.drill_seed);
  self_->set_down_handler([this](caf::down_msg& x) { on_down(x); });
  self_->set_exception_handler(failure_of);
  attach_slots();
  setup_.lived->pulse(self_->clock().now().time_since_epoch(), pulse_period); // it goes on from here
  for (std::size_t i = 0; i < children_.size() && !over_; ++i)
    launch(i);
  if (setup_.page != nullptr && !over_)
    setup_.page->phase.store(daemon_phase::running);
  pulse_.start(self_);
  give_pulse();
  if (setup_.drill_every > std::chrono::nanoseconds::zero())
    self_->delayed_send(self_, setup_.drill_every, drill_one{});
  return {
    [this](const stop_all&) {
      if (stopping_)
        return;
      stopping_ = true;
      if (setup_.page != nullptr)
        setup_.page->phase.store(daemon_phase::stopping);
      stop_next();
    },
    [this](const reload&) { restart_all(); },
    [this](const restart_child& x) {
      auto& child = children_[x.index];
      // One of a group is started with the rest of it.
      if (!stopping_ && !child.handle && child.generation == x.generation && !is_in_group(x.index))
        launch(x.index);
    },
    [this](const shutdown_late& x) { on_shutdown_late(x); },
    [this](const pulse&) {
      if (!pulse_.take(self_))
        return;
      setup_.lived->pulse(self_->clock().now().time_since_epoch(), pulse_period);
      check_beat();
      give_pulse();
    },
    [this](const drill_one&) { drill_random_child(); },
  };
}

std::chrono::nanoseconds supervisor_state::lived() const {
  return setup_.lived->at(self_->clock().now().time_since_epoch());
}

void supervisor_state::attach_slots() {
  children_.reserve(setup_.children.size());
  for (auto& spec : setup_.children) {
    auto& child = children_.emplace_back();
    child.spec = std::move(spec);
    if (setup_.page == nullptr)
      continue;
    const auto index = children_.size() - 1;
    if (index >= health_page::max_slots)
      throw std::length_error("the health page has too few slots for the topology");
    child.slot = &setup_.page->slots[index];
    child.slot->name.write(child.spec.id);
    child.slot->optional_child.store(child.spec.optional ? 1 : 0);
    child.slot->phase.store(actor_phase::starting);
    setup_.page->slots_used.store(static_cast<std::uint32_t>(index + 1));
  }
}

void supervisor_state::launch(std::size_t index) {
  auto& child = children_[index];
  child.killed = false;
  child.stopping_for_sibling = false;
  child.handled_at_start = child.slot != nullptr ? child.slot->handled.load() : 0;
  try {
    child.handle = child.spec.start(*self_, actor_slot_ref{child.slot, ++child.incarnations});
  } catch (const std::exception& e) { // the State's constructor threw
    failed(index, exit_kind::abnormal, e.what());
    return;
  }
  if (child.slot != nullptr) {
    child.slot->started_ns.store(setup_.page->pulse_total_ns.load());
    child.slot->phase.store(actor_phase::running);
  }
  if (setup_.wire)
    setup_.wire(child.spec.id, child.handle);
}

void supervisor_state::on_down(caf::down_msg& x) {
  const auto i = std::find_if(children_.begin(), children_.end(), [&x](const child_state& child) {
    return child.handle && child.handle->address() == x.source;
  });
  if (i == children_.end())
    return; // one that was given up as hung has ended after all
  forget_handle(*i);
  const auto index = static_cast<std::size_t>(i - children_.begin());
  if (stopping_) {
    set_phase(*i, actor_phase::stopped);
    stop_next();
  } else if (i->stopping_for_sibling) {
    launch_group_when_down();
  } else {
    failed(index, kind_of(x.reason), describe(x.reason));
  }
}

void supervisor_state::forget_handle(child_state& child) {
  child.handle = nullptr;
  ++child.generation;
  if (setup_.wire)
    setup_.wire(child.spec.id, nullptr);
}

void supervisor_state::failed(std::size_t index, exit_kind kind, const std::string& why) {
  auto& child = children_[index];
  if (!is_restarted(child.spec.restart, kind)) {
    set_phase(child, actor_phase::stopped);
    log_line(kind == exit_kind::abnormal ? log_level::warning : log_level::info, component,
             "child-ended", child.spec.id + " has ended and stays down: " + why + '.');
    return;
  }
  note_failure(child, why);
  const auto own = child.restarts.note(lived(), setup_.policy);
  const auto counted = child.spec.optional ? own : core_restarts_.note(lived(), setup_.policy);
  if (decide_restart(counted, setup_.policy) == exit_action::give_up) {
    give_up(child, why);
    return;
  }
  const bool idle = child.slot != nullptr && child.slot->handled.load() == child.handled_at_start;
  child.early_failures = idle ? child.early_failures + 1 : 0;
  constexpr unsigned patience = 3;
  if (child.early_failures >= patience && child.spec.forget) {
    log_line(log_level::error, component, "memory-dropped",
             child.spec.id + " fails before it has handled anything; it starts afresh, without what "
                             "its predecessors left.");
    child.spec.forget();
    child.early_failures = 0;
  }
  const auto delay = backoff(own, setup_.policy);
  log_line(log_level::warning, component, "child-restarted",
           child.spec.id + " failed (" + why + ") and is started again " + in_words(delay) + '.');
  const auto group = restarted_with(index, children_.size(), setup_.strategy);
  for (auto i = group.rbegin(); i != group.rend(); ++i)
    if (auto& sibling = children_[*i]; *i != index && sibling.handle && !sibling.stopping_for_sibling) {
      sibling.stopping_for_sibling = true;
      ask_to_stop(*i);
    }
  join_group(group, delay, false);
}

void supervisor_state::join_group(const std::vector<std::size_t>& more, std::chrono::nanoseconds delay,
                                  bool asked_for) {
  for (const auto i : more) {
    auto& child = children_[i];
    const bool is_new = !is_in_group(i);
    child.delay = is_new ? delay : std::max(child.delay, delay);
    child.asked_for = asked_for && (is_new || child.asked_for);
    if (is_new)
      group_.push_back(i);
  }
  std::sort(group_.begin(), group_.end());
  launch_group_when_down();
}

bool supervisor_state::is_in_group(std::size_t index) const {
  return std::find(group_.begin(), group_.end(), index) != group_.end();
}

void supervisor_state::launch_group_when_down() {
  for (const auto i : group_)
    if (children_[i].handle)
      return;
  for (const auto i : std::exchange(group_, {})) {
    auto& child = children_[i];
    if (child.spec.restart == restart_type::temporary && !child.asked_for) {
      set_phase(child, actor_phase::stopped); // OTP: a temporary child is not started again
      continue;
    }
    set_phase(child, actor_phase::restarting);
    if (child.slot != nullptr && !child.asked_for)
      child.slot->restarts.fetch_add(1);
    schedule(i, child.delay);
  }
}

void supervisor_state::schedule(std::size_t index, std::chrono::nanoseconds delay) {
  const restart_child order{index, children_[index].generation};
  if (delay == std::chrono::nanoseconds::zero())
    self_->send(self_, order);
  else
    self_->delayed_send(self_, delay, order);
}

void supervisor_state::note_failure(child_state& child, const std::string& why) {
  if (child.slot == nullptr)
    return;
  child.slot->failure.write(why);
  child.slot->failed_ns.store(setup_.page->pulse_wall_ns.load());
}

void supervisor_state::give_up(child_state& child, const std::string& why) {
  set_phase(child, actor_phase::given_up);
  const auto limit = std::to_string(setup_.policy.intensity) + " restarts within "
                     + std::to_string(std::chrono::round<std::chrono::seconds>(setup_.policy.period).count())
                     + " s";
  if (child.spec.optional) {
    if (child.slot != nullptr)
      child.slot->degraded.write("Given up after more than " + limit + "; its last failure: " + why);
    log_line(log_level::error, component, "child-given-up",
             child.spec.id + " is given up after more than " + limit
               + "; the daemon goes on without it. Its last failure: " + why + '.');
    return;
  }
  log_line(log_level::error, component, "restart-limit",
           "More than " + limit + ", the last of " + child.spec.id + " (" + why
             + "): the daemon ends, so that the service manager can start it afresh.");
  if (setup_.page != nullptr) {
    setup_.page->last_words.write(child.spec.id + " failed too often: " + why);
    setup_.page->phase.store(daemon_phase::failed);
  }
  over_ = true;
  self_->quit(make_error(failure::restart_limit, child.spec.id + ": " + why));
}

void supervisor_state::ask_to_stop(std::size_t index) {
  auto& child = children_[index];
  self_->send_exit(child.handle, caf::exit_reason::user_shutdown);
  self_->delayed_send(self_, child.spec.shutdown,
                      shutdown_late{index, child.generation, lived() + child.spec.shutdown});
}

void supervisor_state::restart_all() {
  if (stopping_ || over_)
    return;
  if (!group_.empty()) { // some are being restarted together right now
    self_->delayed_send(self_, std::chrono::milliseconds{100}, reload{});
    return;
  }
  if (setup_.on_reload)
    setup_.policy = setup_.on_reload();
  std::vector<std::size_t> up; // the others take up the settings when they are started
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (children_[i].handle)
      up.push_back(i);
  for (auto i = up.rbegin(); i != up.rend(); ++i) {
    children_[*i].stopping_for_sibling = true;
    ask_to_stop(*i);
  }
  join_group(up, {}, true);
}

void supervisor_state::stop_next() {
  for (auto i = children_.size(); i > 0; --i)
    if (children_[i - 1].handle) {
      ask_to_stop(i - 1);
      return;
    }
  self_->quit();
}

void supervisor_state::on_shutdown_late(const shutdown_late& x) {
  auto& child = children_[x.index];
  if (!child.handle || child.generation != x.generation)
    return;
  if (const auto rest = x.due - lived(); rest > std::chrono::nanoseconds::zero()) { // it was paused
    self_->delayed_send(self_, rest, x);
    return;
  }
  if (!child.killed) { // its mailbox was too long, or it does not listen: at once, ahead of all mail
    child.killed = true;
    caf::anon_send<caf::message_priority::high>(
      caf::actor_cast<caf::actor>(child.handle),
      caf::exit_msg{child.handle->address(), caf::exit_reason::kill});
    self_->delayed_send(self_, child.spec.shutdown,
                        shutdown_late{x.index, x.generation, lived() + child.spec.shutdown});
    return;
  }
  log_line(log_level::error, component, "child-abandoned",
           child.spec.id + " does not end; it is left behind.");
  self_->demonitor(child.handle->address());
  forget_handle(child);
  if (stopping_)
    stop_next();
  else
    launch_group_when_down();
}

void supervisor_state::give_pulse() {
  if (setup_.on_pulse)
    setup_.on_pulse();
  for (std::size_t i = 0; i < children_.size(); ++i)
    check_hang(i);
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
  if (child->slot != nullptr)
    child->slot->degraded.write(misses ? "No beat comes, so no pause is found; lived time goes on by the "
                                         "SUPERVISOR's pulse, in whole seconds."
                                       : ""); // each time, as a new incarnation wipes it off
  if (is_new)
    log_line(misses ? log_level::error : log_level::info, component, misses ? "beat-missing" : "beat-again",
             misses ? child->spec.id + " gives no beat: no pause is found, and lived time is only roughly known."
                    : child->spec.id + " beats again.");
}

void supervisor_state::check_hang(std::size_t index) {
  auto& child = children_[index];
  if (stopping_ || child.stopping_for_sibling || !child.handle || child.slot == nullptr)
    return;
  const std::chrono::nanoseconds since{child.slot->handler_since_ns.load(std::memory_order_acquire)};
  const auto age = handlers_.look(index, since, lived());
  if (age <= child.spec.hang_limit)
    return;
  const auto what = "has been handling " + child.slot->handler.read() + " for "
                    + std::to_string(std::chrono::round<std::chrono::seconds>(age).count()) + " s";
  constexpr unsigned most_abandoned = 3;
  if (!child.spec.detached || child.abandoned >= most_abandoned) {
    note_failure(child, what);
    if (std::exchange(child.hang_told, since) != since)
      log_line(log_level::error, component, "handler-hangs", child.spec.id + ' ' + what + '.');
    return;
  }
  log_line(log_level::error, component, "hung-child-replaced", child.spec.id + ' ' + what + '.');
  ++child.abandoned;
  self_->demonitor(child.handle->address());
  caf::anon_send_exit(child.handle, caf::exit_reason::kill); // for when it comes back
  forget_handle(child);
  failed(index, exit_kind::abnormal, what);
}

void supervisor_state::drill_random_child() {
  if (stopping_)
    return;
  std::vector<std::size_t> up;
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (children_[i].handle)
      up.push_back(i);
  if (!up.empty()) {
    const auto& child = children_[up[random_() % up.size()]];
    const auto how = random_() % 2 == 0 ? drill::way::raise : drill::way::quit;
    caf::anon_send(caf::actor_cast<supervised_actor>(child.handle), drill{how});
  }
  self_->delayed_send(self_, setup_.drill_every, drill_one{});
}

void supervisor_state::set_phase(child_state& child, actor_phase phase) {
  if (child.slot != nullptr)
    child.slot->phase.store(phase);
}

supervisor_impl::behavior_type supervisor(supervisor_state::pointer self, supervisor_setup setup) {
  return self->state.run(std::move(setup));
}

} // namespace pmactor
