// Nothing that matters is lost by a crash: what an actor sends by an OUTBOX is kept until its receiver
// has acknowledged it, and is sent again, in order, to the receiver's successor. The memory outlives the
// sender too: the topology keeps it and hands it to each incarnation.
//
// It promises at least once; receivers are idempotent: they ignore what they have seen (a tick not above the
// last one). It is back-pressure, too: only so many values are on their way, the others wait here, and what
// exceeds the bounds (outbox_bounds.hpp) is dropped and counted.
#pragma once

#include "actors/supervision/log.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "actors/supervision/outbox_bounds.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace pmactor {

template <class T>
struct is_variant : std::false_type {};
template <class... Ts>
struct is_variant<std::variant<Ts...>> : std::true_type {};

/// Sends values of type T to one downstream role; a variant as what it holds. A member of the sender's
/// state.
/// @tparam Sink the typed handle of the receiver; handles T without a reply.
template <class T, class Sink>
class outbox {
public:
  /// A value that killed this many receivers is set aside, counted and shown, not tried for ever.
  static constexpr unsigned fatal_deaths = 2;

  explicit outbox(outbox_memory<T>& memory) : memory_(memory) {
  }

  /// Called with each value that was acknowledged, before it is forgotten. May be empty.
  std::function<void(const T&)> on_acknowledged;

  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// From now on send to this one; whatever is not acknowledged, first.
  template <class Self>
  void link(Self* self, Sink sink) {
    ++turn_;
    sink_ = std::move(sink);
    nothing_in_flight();
    pump(self);
  }

  /// Keeps the value and sends it as soon as the window allows.
  template <class Self>
  void push(Self* self, T value) {
    keep(self, std::move(value));
    send(self);
  }

  /// Keeps the value for a later send(). An actor that owes several receivers something keeps all of it
  /// first: if sending fails halfway, its successor finds the whole of it.
  template <class Self>
  void keep(Self* self, T value) {
    memory_.add(std::move(value));
    if (const auto dropped = make_room(memory_, in_flight_); dropped > 0)
      if (auto* slot = self->slot())
        slot->dropped.fetch_add(dropped, std::memory_order_relaxed);
  }

  /// Sends what is kept, as far as the window allows.
  template <class Self>
  void send(Self* self) {
    pump(self);
  }

  std::size_t unacknowledged() const {
    return memory_.waiting.size();
  }

private:
  void nothing_in_flight() {
    in_flight_ = 0;
    bytes_in_flight_ = 0;
  }

  template <class Self>
  void pump(Self* self) {
    while (sink_ && in_flight_ < most_in_flight && in_flight_ < memory_.waiting.size()) {
      const auto& next = memory_.waiting[in_flight_];
      if (in_flight_ > 0 && bytes_in_flight_ + next.bytes > most_bytes_in_flight)
        return;
      ++in_flight_;
      bytes_in_flight_ += next.bytes;
      const auto send = [&](const auto& value) {
        self->request(sink_, caf::infinite, value)
          .then([this, self, turn = turn_, number = next.number] { settled(self, turn, number); },
                [this, self, turn = turn_, number = next.number](const caf::error& reason) {
                  failed(self, turn, number, reason);
                });
      };
      if constexpr (is_variant<T>::value)
        std::visit(send, next.value);
      else
        send(next.value);
    }
  }

  auto find(std::uint64_t number) {
    auto i = memory_.waiting.begin();
    while (i != memory_.waiting.end() && i->number != number)
      ++i;
    return i;
  }

  void leave_flight(const typename outbox_memory<T>::entry& x) {
    --in_flight_;
    bytes_in_flight_ -= x.bytes;
  }

  template <class Self>
  void settled(Self* self, std::uint64_t turn, std::uint64_t number) {
    if (turn != turn_) // the late word of a receiver that was replaced; its successor has it again
      return;
    if (const auto i = find(number); i != memory_.waiting.end()) {
      if (on_acknowledged)
        on_acknowledged(i->value);
      leave_flight(*i);
      memory_.erase(i);
    }
    pump(self);
  }

  template <class Self>
  void failed(Self* self, std::uint64_t turn, std::uint64_t number, const caf::error& reason) {
    if (turn != turn_)
      return;
    const auto i = find(number);
    const bool refused = is(reason, failure::refused);
    // Only the value whose handler failed gets that failure; those behind it get that the receiver is
    // down. This distinguishes the poison message from its neighbours.
    const bool died_of_it = !refused && reason != caf::sec::request_receiver_down;
    if (i != memory_.waiting.end() && (refused || (died_of_it && ++i->deaths >= fatal_deaths))) {
      log_line(log_level::error, self->name(), "message-set-aside",
               to_string(i->value) + " is set aside, as its receiver could not handle it: "
                 + describe(reason));
      if (auto* slot = self->slot())
        slot->set_aside.fetch_add(1, std::memory_order_relaxed);
      leave_flight(*i);
      memory_.give_up(i);
    }
    if (refused) {
      pump(self);
    } else {
      sink_ = nullptr; // until the SUPERVISOR links its successor
      ++turn_;
      nothing_in_flight();
    }
  }

  outbox_memory<T>& memory_;
  Sink sink_;
  std::size_t in_flight_ = 0;       ///< The oldest so many of those that wait.
  std::size_t bytes_in_flight_ = 0;
  std::uint64_t turn_ = 0;
};

/// The handler that links a receiver; splice it into the sender's behavior.
template <class Self, class T, class Sink>
auto handle_link(Self self, outbox<T, Sink>& box) {
  return [self, &box](const link_to&, const Sink& sink) { box.link(self, sink); };
}

} // namespace pmactor
