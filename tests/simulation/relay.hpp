// Stands before an actor and hands on what it is sent: the place where sending can fail. What it throws, it
// throws into the handler of the sender, which dies halfway.
#pragma once

#include <caf/all.hpp>

#include <functional>

namespace pmactor::simulation {

/// Not derived from std::exception: no handler takes it for a failure that it knows.
struct sudden_death {};

/// When a message fails its sender.
enum class death_at : std::uint8_t { never, before, after };

class relay final : public caf::monitorable_actor {
public:
  /// @param judge is given the sender of each message.
  relay(caf::actor_config& cfg, caf::strong_actor_ptr to,
        std::function<death_at(const caf::strong_actor_ptr& sender)> judge)
    : monitorable_actor(cfg), to_{std::move(to)}, judge_{std::move(judge)} {
  }

  const char* name() const override {
    return "relay";
  }

  using caf::abstract_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override {
    const auto fate = judge_(what->sender);
    if (fate == death_at::before)
      throw sudden_death{};
    to_->enqueue(std::move(what), host);
    if (fate == death_at::after)
      throw sudden_death{};
  }

private:
  caf::strong_actor_ptr to_;
  std::function<death_at(const caf::strong_actor_ptr&)> judge_;
};

} // namespace pmactor::simulation
