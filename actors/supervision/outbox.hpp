// Nothing that matters is lost by a crash: what an actor sends by an OUTBOX is kept until its receiver
// has acknowledged it, and is sent again, in order, to the receiver's successor. The memory outlives the
// sender too: the topology keeps it and hands it to each incarnation.
//
// It promises at least once; receivers are idempotent: they ignore what they have seen (a tick not above the
// last one). It is back-pressure, too: only so many values are on their way, the others wait here, and what
// exceeds the bounds is dropped and counted.
#pragma once

#include "actors/supervision/log.hpp"
#include "actors/supervision/metered_actor.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace pmactor {

/// What an entry weighs and what of it may be dropped first; a type that has more than its own bytes, or
/// parts of less worth, has functions of these names beside it.
template <class T>
std::size_t footprint_of(const T& x) {
  if constexpr (requires { footprint(x); })
    return footprint(x);
  else
    return sizeof x;
}
template <class T>
bool shed_details_of(T& x) {
  if constexpr (requires { shed_details(x); })
    return shed_details(x);
  else
    return false;
}

template <class T>
struct is_variant : std::false_type {};
template <class... Ts>
struct is_variant<std::variant<Ts...>> : std::true_type {};

/// What was sent and not yet acknowledged. Belongs to the role, not to one incarnation of its actor.
template <class T>
struct outbox_memory {
  struct entry {
    std::uint64_t number = 0;
    T value;
    unsigned deaths = 0;   ///< How many receivers died while handling it.
    std::size_t bytes = 0; ///< Of memory, about.
  };
  std::deque<entry> waiting; ///< Oldest first.
  std::uint64_t next_number = 1;
  /// Beyond it the oldest that is not on its way falls off, and is counted. Above outbox::window.
  std::size_t limit = 3600;
  /// Beyond it the oldest that are not on their way lose their details, and then fall off as well.
  std::size_t most_bytes = 1 << 20;
  std::size_t bytes = 0;           ///< Of all that wait.
  std::uint64_t shed = 0;          ///< How many lost their details, since the start.
  std::uint64_t shed_up_to = 0;    ///< The newest of them, by its number.
  /// Counts what was pushed and will never arrive, for the balance of samples. May be null.
  std::atomic<std::uint64_t>* lost = nullptr;

  void erase(typename std::deque<entry>::iterator which) {
    bytes -= which->bytes;
    waiting.erase(which);
  }
  void give_up(typename std::deque<entry>::iterator which) {
    erase(which);
    if (lost != nullptr)
      lost->fetch_add(1, std::memory_order_relaxed);
  }
  void give_up_all() {
    while (!waiting.empty())
      give_up(waiting.begin());
  }
};

/// Sends values of type T to one downstream role; a variant as what it holds. A member of the sender's
/// state.
/// @tparam Sink the typed handle of the receiver; handles T without a reply.
template <class T, class Sink>
class outbox {
public:
  /// How many may be on their way at once: few enough that a successor's mailbox is not flooded.
  static constexpr std::size_t window = 32;
  /// And how many bytes of memory, but for one value: each is there twice more on its way.
  static constexpr std::size_t window_bytes = 256 << 10;
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
    const auto bytes = footprint_of(value);
    memory_.waiting.push_back({memory_.next_number++, std::move(value), 0, bytes});
    memory_.bytes += bytes;
    shed();
    while (memory_.waiting.size() > memory_.limit
           || (memory_.bytes > memory_.most_bytes && memory_.waiting.size() > in_flight_ + 1)) {
      memory_.give_up(memory_.waiting.begin() + static_cast<std::ptrdiff_t>(in_flight_));
      if (auto* slot = self->slot())
        slot->dropped.fetch_add(1, std::memory_order_relaxed);
    }
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

  /// Makes room by dropping the least informative: the details of the oldest.
  void shed() {
    auto& waiting = memory_.waiting;
    auto i = std::max(waiting.begin() + static_cast<std::ptrdiff_t>(in_flight_),
                      std::partition_point(waiting.begin(), waiting.end(), [this](const auto& x) {
                        return x.number <= memory_.shed_up_to;
                      }));
    for (; memory_.bytes > memory_.most_bytes && i != waiting.end(); ++i) {
      memory_.shed_up_to = i->number;
      if (!shed_details_of(i->value))
        continue;
      ++memory_.shed;
      memory_.bytes -= i->bytes;
      i->bytes = footprint_of(i->value);
      memory_.bytes += i->bytes;
    }
  }

  template <class Self>
  void pump(Self* self) {
    while (sink_ && in_flight_ < window && in_flight_ < memory_.waiting.size()) {
      const auto& next = memory_.waiting[in_flight_];
      if (in_flight_ > 0 && bytes_in_flight_ + next.bytes > window_bytes)
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
