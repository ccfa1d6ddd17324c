// What an actor owes to several receivers, each known by its role.
#pragma once

#include "actors/supervision/outbox.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace pmactor {

/// What waits for each receiver, by its role; outlives its sender's incarnations.
template <class T>
using outbox_memories = std::map<std::string, outbox_memory<T>>;

template <class T>
void give_up_all(outbox_memories<T>& memories) {
  for (auto& [role, waiting] : memories)
    waiting.give_up_all();
}

/// One outbox a role. A member of the sender's state.
template <class T, class Sink>
class outboxes {
public:
  /// Call before all else. Also those that are down right now, and linked later, have a box from here on: what comes
  /// meanwhile waits for them.
  /// @param memories outlives this.
  void open(outbox_memories<T>& memories) {
    memories_ = &memories;
    for (const auto& [role, waiting] : memories)
      of(role);
  }

  outbox<T, Sink>& of(const std::string& role) {
    auto& box = boxes_[role];
    if (!box)
      box = std::make_unique<outbox<T, Sink>>((*memories_)[role]);
    return *box;
  }

  /// Calls *f* with each role and its box.
  template <class F>
  void each(F f) {
    for (auto& [role, box] : boxes_)
      f(role, *box);
  }

  /// As outbox::keep(), for all.
  template <class Self>
  void keep(Self* self, const T& value) {
    for (auto& [role, box] : boxes_)
      box->keep(self, value);
  }
  template <class Self>
  void send(Self* self) {
    for (auto& [role, box] : boxes_)
      box->send(self);
  }
  /// Keeps all of it before any of it is sent: if sending fails halfway, the successor finds the whole of it.
  template <class Self>
  void push(Self* self, const T& value) {
    keep(self, value);
    send(self);
  }

private:
  outbox_memories<T>* memories_ = nullptr;
  std::map<std::string, std::unique_ptr<outbox<T, Sink>>> boxes_;
};

/// The handler that links a receiver under its role.
template <class Self, class T, class Sink>
auto handle_link(Self self, outboxes<T, Sink>& boxes) {
  return [self, &boxes](const link_to& where, const Sink& sink) { boxes.of(where.role).link(self, sink); };
}

} // namespace pmactor
