#include "simulation/house.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using std::chrono::nanoseconds;

namespace {

/// The only child with a thread of its own, in production.
constexpr std::size_t own_thread = 0;

const caf::resumable* job_of(const caf::strong_actor_ptr& x) {
  return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(x));
}

} // namespace

house::house(const topology_options& options,
             const std::function<topology_seams(health_page&, lived_clock&)>& seams,
             std::shared_ptr<bool> power, nanoseconds now, dice order,
             const std::function<void(supervisor_setup&, caf::actor_system&)>& change)
  : power_{std::move(power)}, order_{order} {
  config_.set("scheduler.policy", caf::atom("testing"));
  add_errors(config_);
  system_.emplace(config_);
  scheduler_ = &dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
  scheduler_->clock().current_time = caf::actor_clock::time_point{now};
  auto world = seams(*page_, lived_);
  world.all_pooled = true;
  auto setup = make_topology(options, world, *page_, lived_);
  setup.wire = [this, next = std::move(setup.wire)](std::string_view id, const caf::strong_actor_ptr& handle) {
    if (!handle) {
      next(id, handle);
      return;
    }
    caf::actor_config cfg;
    next(id, caf::make_actor<relay, caf::strong_actor_ptr>(
               system_->next_actor_id(), system_->node(), &*system_, cfg, handle,
               [this](const caf::strong_actor_ptr& sender) { return judge_send(sender); }));
  };
  if (change)
    change(setup, *system_);
  kids_.resize(setup.children.size());
  for (std::size_t i = 0; i < kids_.size(); ++i) {
    auto& spec = setup.children[i];
    kids_[i].name = spec.id;
    kids_[i].optional = spec.optional;
    spec.start = [this, i, start = std::move(spec.start)](caf::local_actor& parent, const actor_slot_ref& slot) {
      auto handle = start(parent, slot);
      kids_[i].actor = caf::actor_cast<caf::weak_actor_ptr>(handle);
      kids_[i].job = job_of(handle);
      kids_[i].next_hang.reset();
      kids_[i].sends_left = 0;
      ++starts_;
      return handle;
    };
  }
  root_ = system_->spawn(supervisor, std::move(setup));
  root_job_ = job_of(caf::actor_cast<caf::strong_actor_ptr>(root_));
  root_->attach_functor([this](const caf::error& reason) {
    failed_ = static_cast<bool>(reason);
    over_ = true;
  });
}

house::~house() {
  cut_power();
}

bool house::is_held(const caf::resumable* job) const {
  if (std::any_of(hung_.begin(), hung_.end(), [job](const hung_actor& x) { return x.job == job; }))
    return true;
  const bool pooled = job != root_job_ && job != kids_[own_thread].job;
  return (pooled && pool_hangs())
         || std::any_of(kids_.begin(), kids_.end(), [job](const kid& x) { return x.held && x.job == job; });
}

bool house::run_one() {
  auto& jobs = scheduler_->jobs;
  if (jobs.empty() || all_held_)
    return false;
  auto chosen = jobs.size() == 1 ? 0 : static_cast<std::size_t>(order_.below(jobs.size()));
  for (std::size_t tried = 0; is_held(jobs[chosen]); chosen = (chosen + 1) % jobs.size())
    if (++tried > jobs.size())
      return false;
  std::swap(jobs[0], jobs[chosen]);
  const auto hangs = std::find_if(kids_.begin(), kids_.end(),
                                  [job = jobs[0]](const kid& x) { return x.next_hang && x.job == job; });
  if (hangs == kids_.end() || hangs->acts_first) {
    scheduler_->run_once();
    ++messages_;
  }
  if (hangs != kids_.end())
    begin_hang(*hangs);
  digest_ = (digest_ ^ chosen) * 0x100000001b3u;
  return true;
}

bool house::order_hang(std::size_t child, nanoseconds length, bool acts_first) {
  if (!kids_[child].actor.lock())
    return false;
  kids_[child].next_hang = hang{++hangs_, child, length};
  kids_[child].acts_first = acts_first;
  return true;
}

bool house::order_death(std::size_t child, unsigned nth, death_at when) {
  if (!kids_[child].actor.lock())
    return false;
  kids_[child].sends_left = nth;
  kids_[child].dies = when;
  return true;
}

death_at house::judge_send(const caf::strong_actor_ptr& sender) {
  if (!sender)
    return death_at::never;
  for (std::size_t i = 0; i < kids_.size(); ++i)
    if (kids_[i].sends_left > 0 && kids_[i].actor.get() == sender.get() && --kids_[i].sends_left == 0) {
      if (on_death)
        on_death(i);
      return kids_[i].dies;
    }
  return death_at::never;
}

void house::begin_hang(kid& x) {
  auto what = *std::exchange(x.next_hang, {});
  auto actor = x.actor.lock();
  if (!actor || actor->get()->getf(caf::abstract_actor::is_terminated_flag)) // it has ended instead
    return;
  auto& slot = page_->slots[what.child];
  slot.handler.write("what hangs");
  slot.handler_since_ns.store(scheduler_->clock().now().time_since_epoch().count());
  hung_.push_back({what, std::move(actor), x.job, slot.generation.load()});
  began_to_hang_ = what;
}

void house::end_hang(std::uint64_t number) {
  const auto i = std::find_if(hung_.begin(), hung_.end(),
                              [number](const hung_actor& x) { return x.what.number == number; });
  if (i == hung_.end())
    return;
  if (auto& slot = page_->slots[i->what.child]; slot.generation.load() == i->generation)
    slot.handler_since_ns.store(0);
  hung_.erase(i);
}

void house::end_hangs() {
  while (!hung_.empty())
    end_hang(hung_.back().what.number);
  for (auto& x : kids_)
    x.next_hang.reset();
}

bool house::pool_hangs() const {
  return std::any_of(hung_.begin(), hung_.end(),
                     [](const hung_actor& x) { return x.what.child != own_thread; });
}

std::size_t house::run_all() {
  std::size_t count = 0;
  while (run_one())
    ++count;
  return count;
}

std::optional<nanoseconds> house::next_timer() const {
  const auto& timers = scheduler_->clock().schedule();
  if (timers.empty())
    return std::nullopt;
  return timers.begin()->first.time_since_epoch();
}

void house::set_clock(nanoseconds now) {
  scheduler_->clock().current_time = caf::actor_clock::time_point{now};
}

void house::advance_to(nanoseconds now) {
  auto& clock = scheduler_->clock();
  clock.advance_time(now - clock.now().time_since_epoch());
}

bool house::crash(std::size_t child, drill::way how, bool urgent) {
  const auto actor = kids_[child].actor.lock();
  if (!actor)
    return false;
  const auto handle = caf::actor_cast<supervised_actor>(actor);
  if (urgent)
    caf::anon_send<caf::message_priority::high>(handle, drill{how});
  else
    caf::anon_send(handle, drill{how});
  return true;
}

void house::stop() {
  caf::anon_send(root_, stop_all{});
}

void house::reload() {
  caf::anon_send(root_, pmactor::reload{});
}

void house::cut_power() {
  if (!system_)
    return;
  *power_ = false;
  all_held_ = false;
  end_hangs();
  for (auto& x : kids_) {
    x.held = false;
    x.sends_left = 0;
  }
  const auto kill = [](const caf::strong_actor_ptr& x) {
    if (x)
      caf::anon_send<caf::message_priority::high>(
        caf::actor_cast<caf::actor>(x), caf::exit_msg{x->address(), caf::exit_reason::kill});
  };
  kill(caf::actor_cast<caf::strong_actor_ptr>(root_));
  root_ = nullptr;
  for (const auto& x : kids_)
    kill(x.actor.lock());
  scheduler_->run();
  scheduler_->clock().cancel_all();
  scheduler_->run();
  kids_.clear();
  system_.reset();
}

} // namespace pmactor::simulation
