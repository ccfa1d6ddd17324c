#include "simulation/house.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using std::chrono::nanoseconds;

house::house(const topology_options& options, const std::function<topology_seams(health_page&)>& seams,
             std::shared_ptr<bool> power, nanoseconds awake, dice order,
             const std::function<void(supervisor_setup&, caf::actor_system&)>& change)
  : power_{std::move(power)}, order_{order} {
  config_.set("scheduler.policy", caf::atom("testing"));
  add_errors(config_);
  system_.emplace(config_);
  scheduler_ = &dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
  scheduler_->clock().current_time = caf::actor_clock::time_point{awake};
  auto world = seams(*page_);
  world.all_pooled = true;
  auto setup = make_topology(options, world, *page_);
  if (change)
    change(setup, *system_);
  kids_.resize(setup.children.size());
  for (std::size_t i = 0; i < kids_.size(); ++i) {
    auto& spec = setup.children[i];
    kids_[i].name = spec.id;
    kids_[i].optional = spec.optional;
    spec.start = [this, i, start = std::move(spec.start)](caf::local_actor& parent, const actor_seat& seat) {
      auto handle = start(parent, seat);
      kids_[i].actor = caf::actor_cast<caf::weak_actor_ptr>(handle);
      kids_[i].job = dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(handle));
      ++starts_;
      return handle;
    };
  }
  root_ = system_->spawn(supervisor, std::move(setup));
  root_->attach_functor([this](const caf::error& reason) {
    failed_ = static_cast<bool>(reason);
    over_ = true;
  });
}

house::~house() {
  cut_power();
}

bool house::run_one() {
  auto& jobs = scheduler_->jobs;
  if (jobs.empty() || all_held_)
    return false;
  auto chosen = jobs.size() == 1 ? 0 : static_cast<std::size_t>(order_.below(jobs.size()));
  const auto is_held = [this](const caf::resumable* job) {
    return std::any_of(kids_.begin(), kids_.end(),
                       [job](const kid& x) { return x.held && x.job == job; });
  };
  for (std::size_t tried = 0; is_held(jobs[chosen]); chosen = (chosen + 1) % jobs.size())
    if (++tried > jobs.size())
      return false;
  std::swap(jobs[0], jobs[chosen]);
  scheduler_->run_once();
  ++messages_;
  digest_ = (digest_ ^ chosen) * 0x100000001b3u;
  return true;
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

void house::set_clock(nanoseconds awake) {
  scheduler_->clock().current_time = caf::actor_clock::time_point{awake};
}

void house::advance_to(nanoseconds awake) {
  auto& clock = scheduler_->clock();
  clock.advance_time(awake - clock.now().time_since_epoch());
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

void house::cut_power() {
  if (!system_)
    return;
  *power_ = false;
  all_held_ = false;
  for (auto& x : kids_)
    x.held = false;
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
