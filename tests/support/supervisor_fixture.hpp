// A SUPERVISOR of three children, whose starts and ends are recorded, and which fail or hang as a test says.
// Include after support/test.hpp.
#pragma once

#include "actors/supervision/supervisor.hpp"

#include "support/actor_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

using namespace std::chrono_literals;

struct supervised_child_state {
  supervised_child_state() = default;
  static constexpr const char* name = "child";
};

/// What happened to the children of a test.
struct child_record {
  std::vector<std::string> events; ///< "+a" started, "-a" ended.
  bool fail_at_start = false;
  std::string complaint; ///< Of each that starts.
  int forgotten = 0;
};

inline supervised_actor::behavior_type
supervised_child(actor_pointer<supervised_actor, supervised_child_state> self, actor_slot_ref slot, std::string id,
                 child_record* seen) {
  self->attach(slot);
  if (seen->fail_at_start)
    throw std::runtime_error("cannot open");
  seen->events.push_back("+" + id);
  self->degraded(seen->complaint);
  self->attach_functor([id, seen] { seen->events.push_back("-" + id); });
  return {handle_drill(self)};
}

struct supervisor_fixture : actor_fixture {
  child_record seen;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::map<std::string, caf::strong_actor_ptr> handles;
  supervisor_setup setup;
  reload_order order; ///< What a reload comes to.
  std::vector<reload_result> results;
  std::vector<caf::resumable*> held, waiting; ///< Jobs.
  supervisor_actor root;

  supervisor_fixture() {
    for (const char* id : {"a", "b", "c"})
      setup.children.push_back(spec(id));
    setup.page = page.get();
    setup.lived = &lived;
    setup.wire = [this](std::string_view id, const caf::strong_actor_ptr& x) {
      handles[std::string{id}] = x;
    };
    setup.policy = order.policy = supervisor_policy{5, 10s, 100ms, 5s};
    setup.on_reload = [this] { return order; };
    setup.on_reloaded = [this](const reload_result& x) { results.push_back(x); };
  }

  ~supervisor_fixture() override {
    handles.clear();
    finish();
  }

  child_spec spec(const std::string& id) {
    child_spec x;
    x.id = id;
    x.start = [this, id](caf::local_actor& parent, const actor_slot_ref& slot) {
      return caf::actor_cast<caf::strong_actor_ptr>(
        parent.spawn<caf::monitored>(supervised_child, slot, id, &seen));
    };
    x.forget = [this] { ++seen.forgotten; };
    return x;
  }

  /// Nothing outlives its incarnations, as nothing may of a child that is replaced while it hangs.
  void make_replaceable(std::size_t i) {
    setup.children[i].replaceable = true;
    setup.children[i].forget = nullptr;
  }

  void start() {
    root = spawn(supervisor, setup);
    consume_messages();
    self->monitor(root);
    seen.events.clear();
  }

  void fail(const std::string& id) {
    caf::anon_send(caf::actor_cast<supervised_actor>(handles[id]), drill{drill::way::raise});
    consume_messages();
  }

  void reload_now() {
    caf::anon_send(root, reload{});
    consume_messages();
  }

  /// Lets an optional child fail until it is given up.
  void give_up(const std::string& id) {
    for (int i = 0; i < 6 && up(id); ++i) {
      fail(id);
      live(2s);
    }
  }

  static caf::resumable* job_of(const caf::strong_actor_ptr& x) {
    return dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(x));
  }

  /// From now on this actor comes to nothing, as if it were stuck in a handler.
  void hold(const caf::strong_actor_ptr& x) {
    held.push_back(job_of(x));
  }

  void release(const caf::strong_actor_ptr& x) {
    std::erase(held, job_of(x));
    if (std::erase(waiting, job_of(x)) > 0)
      sched.jobs.push_back(job_of(x));
  }

  void live_but_for_held(std::chrono::nanoseconds span) {
    for (; span > 0ns; span -= 50ms) {
      advance_time(50ms);
      beat();
      while (!sched.jobs.empty())
        if (auto* job = sched.jobs.front(); std::find(held.begin(), held.end(), job) != held.end()) {
          sched.jobs.pop_front();
          waiting.push_back(job);
        } else {
          sched.run_once();
        }
    }
  }

  bool up(const std::string& id) {
    return handles[id] != nullptr;
  }

  health_slot& slot(std::size_t i) {
    return page->slots[i];
  }

  std::vector<std::string> events() {
    return std::exchange(seen.events, {});
  }

  /// The exit reason of the supervisor, if it has ended.
  caf::optional<caf::error> end() {
    caf::optional<caf::error> result;
    if (self->has_next_message())
      self->receive([&](const caf::down_msg& x) { result = x.reason; });
    return result;
  }
};

} // namespace pmactor
