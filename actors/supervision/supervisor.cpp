#include "actors/supervision/supervisor.hpp"

#include "actors/supervision/log.hpp"
#include "messages/check.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

constexpr std::string_view component = "supervisor";

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
    [this](const reload&) { begin_reload(); },
    [this](const degradation& x) { on_degradation(x); },
    [this](const restart_child& x) {
      auto& child = children_[x.index];
      if (!stopping_ && !child.handle && child.generation == x.generation)
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
    PMACTOR_CHECK(!spec.replaceable || !spec.forget); // two threads would change what outlives it
    auto& child = children_.emplace_back();
    child.spec = std::move(spec);
    if (setup_.page == nullptr)
      continue;
    const auto index = children_.size() - 1;
    PMACTOR_CHECK(index < health_page::max_slots); // the topology is the program's own
    child.slot = &setup_.page->slots[index];
    child.slot->name.write(child.spec.id);
    child.slot->optional_child.store(child.spec.optional ? 1 : 0);
    child.slot->hang_limit_ns.store(child.spec.hang_limit.count());
    set_phase(child, actor_phase::starting);
    setup_.page->slots_used.store(static_cast<std::uint32_t>(index + 1));
  }
}

void supervisor_state::launch(std::size_t index) {
  auto& child = children_[index];
  child.stopping_for_reload = false;
  if (has_predecessor(child)) {
    await_predecessor(index);
    return;
  }
  child.awaits_predecessor = false;
  child.killed = false;
  child.degraded.clear();
  child.handled_at_start = child.slot != nullptr ? child.slot->handled.load() : 0;
  try {
    child.handle = child.spec.start(
      *self_, actor_slot_ref{child.slot, ++child.incarnations, static_cast<std::uint32_t>(index),
                             caf::weak_actor_ptr{self_->ctrl()},
                             child.slot != nullptr ? &setup_.page->supplements[index] : nullptr});
  } catch (const std::exception& e) { // the State's constructor threw, or there was no thread for it
    failed(index, e.what());
    return;
  }
  if (child.slot != nullptr)
    child.slot->started_ns.store(setup_.page->pulse_total_ns.load());
  set_phase(child, actor_phase::running);
  if (setup_.wire)
    setup_.wire(child.spec.id, child.handle);
  report_faults_to(child);
  report_faults(); // of this one, what its predecessor had to report no longer holds
  if (is_awaited(index))
    await_answer(index);
}

bool supervisor_state::has_predecessor(const child_state& child) {
  return child.spec.forget && !child.lingering.empty();
}

void supervisor_state::await_predecessor(std::size_t index) {
  auto& child = children_[index];
  note_failure(child, "its predecessor is still in a handler, and has to end first");
  set_phase(child, actor_phase::restarting);
  if (!std::exchange(child.awaits_predecessor, true))
    log_line(log_level::warning, component, "child-awaits-predecessor",
             child.spec.id + " is started as soon as its predecessor has ended, which is still in a handler.");
}

void supervisor_state::on_down(caf::down_msg& x) {
  const auto i = std::find_if(children_.begin(), children_.end(), [&x](const child_state& child) {
    return child.handle && child.handle->address() == x.source;
  });
  if (i == children_.end()) {
    for (std::size_t k = 0; k < children_.size(); ++k) { // one that was left behind has ended after all
      auto& child = children_[k];
      if (std::erase(child.lingering, x.source) > 0 && child.lingering.empty() && child.awaits_predecessor
          && !stopping_ && !over_)
        launch(k);
    }
    return;
  }
  forget_handle(*i);
  const auto index = static_cast<std::size_t>(i - children_.begin());
  if (stopping_) {
    set_phase(*i, actor_phase::stopped);
    stop_next();
  } else if (i->stopping_for_reload) {
    launch_reloaded_when_down();
  } else {
    failed(index, describe(x.reason));
  }
}

void supervisor_state::forget_handle(child_state& child) {
  child.handle = nullptr;
  ++child.generation;
  if (setup_.wire)
    setup_.wire(child.spec.id, nullptr);
}

void supervisor_state::failed(std::size_t index, const std::string& why) {
  auto& child = children_[index];
  note_failure(child, why);
  const auto own = child.restarts.note(lived(), setup_.policy);
  const auto counted = child.spec.optional ? own : core_restarts_.note(lived(), setup_.policy);
  if (decide_restart(counted, setup_.policy) == exit_action::give_up) {
    give_up(index, why);
    return;
  }
  const bool idle = child.slot != nullptr && child.slot->handled.load() == child.handled_at_start;
  child.early_failures = idle ? child.early_failures + 1 : 0;
  if (child.spec.forget && drops_memory(child.early_failures)) {
    log_line(log_level::error, component, "memory-dropped",
             child.spec.id + " fails before it has handled anything; it starts afresh, without what "
                             "its predecessors left.");
    child.spec.forget();
    child.early_failures = 0;
  }
  const auto delay = restart_delay(own, setup_.policy);
  log_line(log_level::warning, component, "child-restarted",
           child.spec.id + " failed (" + why + ") and is started again " + in_words(delay) + '.');
  set_phase(child, actor_phase::restarting);
  if (child.slot != nullptr)
    child.slot->restarts.fetch_add(1);
  schedule(index, delay);
}

void supervisor_state::schedule(std::size_t index, std::chrono::nanoseconds delay) {
  const restart_child order{index, children_[index].generation};
  if (delay == std::chrono::nanoseconds::zero())
    self_->send(self_, order);
  else
    self_->delayed_send(self_, delay, order);
}

void supervisor_state::note_failure(child_state& child, const std::string& why) {
  child.failure = why;
  if (child.slot == nullptr)
    return;
  child.slot->failure.write(why);
  child.slot->failed_ns.store(setup_.page->pulse_wall_ns.load());
}

void supervisor_state::give_up(std::size_t index, const std::string& why) {
  auto& child = children_[index];
  set_phase(child, actor_phase::given_up);
  const auto limit = std::to_string(setup_.policy.intensity) + " restarts within "
                     + std::to_string(std::chrono::round<std::chrono::seconds>(setup_.policy.period).count())
                     + " s";
  if (child.spec.optional) {
    child.degraded = "Given up after more than " + limit + "; its last failure: " + why;
    if (child.slot != nullptr)
      child.slot->degraded.write(child.degraded);
    log_line(log_level::error, component, "child-given-up",
             child.spec.id + " is given up after more than " + limit
               + "; the daemon goes on without it, until `pmactor reload` starts it again. Its last failure: "
               + why + '.');
    report_faults();
    if (is_awaited(index)) {
      reload_->result.given_up.push_back(child.spec.id);
      settled(index);
    }
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
  leave_behind(child);
  if (stopping_)
    stop_next();
  else
    launch_reloaded_when_down();
}

void supervisor_state::leave_behind(child_state& child) {
  child.lingering.push_back(child.handle->address());
  child.left_behind = lived();
  forget_handle(child);
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
  child.phase = phase;
  if (child.slot != nullptr)
    child.slot->phase.store(phase);
}

supervisor_impl::behavior_type supervisor(supervisor_state::pointer self, supervisor_setup setup) {
  return self->state.run(std::move(setup));
}

} // namespace pmactor
