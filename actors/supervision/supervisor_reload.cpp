// The SUPERVISOR's part in a reload of the settings: it restarts the children that they concern, and those
// that were given up, and reports when all of them are up.
#include "actors/supervision/supervisor.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {

void supervisor_state::begin_reload() {
  if (stopping_ || over_)
    return;
  if (reload_) { // one after the other: what is being started has the settings of the one under way
    reload_again_ = true;
    return;
  }
  auto order = setup_.on_reload ? setup_.on_reload() : reload_order{setup_.policy, {}, {}};
  setup_.policy = order.policy;
  auto& reload = *(reload_ = reload_state{});
  reload.result.changed = std::move(order.changed);
  for (std::size_t i = 0; i < children_.size(); ++i) {
    auto& child = children_[i];
    const bool is_concerned = std::find(order.children.begin(), order.children.end(), i)
                              != order.children.end();
    // Whatever it failed of, a person has looked at the settings since: it gets another chance.
    if (child.phase == actor_phase::given_up)
      child.restarts = {};
    else if (!is_concerned)
      continue;
    reload.children.push_back(i);
  }
  reload.awaited = reload.children;
  for (auto i = reload.children.rbegin(); i != reload.children.rend(); ++i)
    if (auto& child = children_[*i]; child.handle) {
      child.stopping_for_reload = true;
      ask_to_stop(*i);
    } else {
      ++child.generation; // it no longer waits for its back-off
      child.awaits_predecessor = false; // nor is it started ahead of the others
    }
  launch_reloaded_when_down();
}

void supervisor_state::launch_reloaded_when_down() {
  if (!reload_ || reload_->launched)
    return;
  for (const auto i : reload_->children)
    if (children_[i].handle)
      return;
  reload_->launched = true;
  for (const auto i : std::vector{reload_->children})
    if (!over_)
      launch(i);
  if (reload_ && reload_->awaited.empty())
    finish_reload();
}

bool supervisor_state::is_awaited(std::size_t index) const {
  return reload_ && reload_->launched
         && std::find(reload_->awaited.begin(), reload_->awaited.end(), index) != reload_->awaited.end();
}

void supervisor_state::await_answer(std::size_t index) {
  auto& child = children_[index];
  // Every actor of CAF answers this by itself, and its start comes before any message.
  self_->request(caf::actor_cast<caf::actor>(child.handle), caf::infinite, caf::sys_atom::value,
                 caf::get_atom::value, std::string{"info"})
    .then(
      [this, index, generation = child.generation](caf::ok_atom, const std::string&,
                                                   const caf::strong_actor_ptr&, const std::string&) {
        if (children_[index].generation == generation)
          settled(index);
      },
      [](const caf::error&) {}); // it has failed, and its successor is asked
}

void supervisor_state::check_held_up() {
  if (!reload_)
    return;
  for (const auto i : std::vector{reload_->awaited})
    if (const auto& child = children_[i];
        is_awaited(i) && child.awaits_predecessor && lived() - child.left_behind > held_up_after) {
      reload_->result.held_up.push_back(child.spec.id);
      settled(i);
    }
}

void supervisor_state::settled(std::size_t index) {
  if (!is_awaited(index))
    return;
  std::erase(reload_->awaited, index);
  if (reload_->awaited.empty())
    finish_reload();
}

void supervisor_state::finish_reload() {
  auto result = std::move(reload_->result);
  const auto is_in = [](const std::vector<std::string>& list, const std::string& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  for (const auto i : reload_->children) // in start order, whatever the order of the answers
    if (const auto& id = children_[i].spec.id; !is_in(result.given_up, id) && !is_in(result.held_up, id))
      result.restarted.push_back(id);
  reload_.reset();
  if (setup_.on_reloaded && !stopping_)
    setup_.on_reloaded(result);
  if (std::exchange(reload_again_, false))
    begin_reload();
}

} // namespace pmactor
