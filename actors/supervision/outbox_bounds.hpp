// Decides how much an OUTBOX holds of what is not acknowledged, and what of it is dropped first: the details of the
// oldest, then the oldest themselves, and never what is on its way. Pure.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace pmactor {

/// Values that wait for one receiver: an hour of seconds.
inline constexpr std::size_t most_waiting_values = 3600;
/// Seconds that wait for a receiver which does without one: a second that is lost does it no harm.
inline constexpr std::size_t most_waiting_seconds = 160;
/// Values that wait for an optional receiver: it may be gone for good.
inline constexpr std::size_t most_waiting_for_optional = 64;

/// Bytes of memory that wait for one receiver.
inline constexpr std::size_t most_waiting_bytes = 1 << 20;
/// The same of seconds that are to be stored: an hour of them without their processes.
inline constexpr std::size_t most_unstored_second_bytes = 2 << 20;
/// The same of events that are to be stored: a dozen with what led to them.
inline constexpr std::size_t most_unstored_event_bytes = 512 << 10;

/// Values that are on their way at once: few enough that a successor's mailbox is not flooded.
inline constexpr std::size_t most_in_flight = 32;
/// And bytes of memory, but for one value: each is there twice more on its way.
inline constexpr std::size_t most_bytes_in_flight = 256 << 10;

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
  std::size_t limit = most_waiting_values;     ///< Above most_in_flight.
  std::size_t most_bytes = most_waiting_bytes;
  std::size_t bytes = 0;        ///< Of all that wait.
  std::uint64_t shed = 0;       ///< How many lost their details, since the start.
  std::uint64_t shed_up_to = 0; ///< The newest of them, by its number.
  /// Counts what was pushed and will never arrive, for the balance of samples. May be null.
  std::atomic<std::uint64_t>* lost = nullptr;

  void add(T value) {
    const auto size = footprint_of(value);
    waiting.push_back({next_number++, std::move(value), 0, size});
    bytes += size;
  }
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

/// Drops the details of the oldest until the bytes are within their bound, or none has any left.
/// @param in_flight the oldest so many are on their way, and stay as they are.
template <class T>
void drop_details(outbox_memory<T>& memory, std::size_t in_flight) {
  auto& waiting = memory.waiting;
  auto i = std::max(waiting.begin() + static_cast<std::ptrdiff_t>(in_flight),
                    std::partition_point(waiting.begin(), waiting.end(),
                                         [&memory](const auto& x) { return x.number <= memory.shed_up_to; }));
  for (; memory.bytes > memory.most_bytes && i != waiting.end(); ++i) {
    memory.shed_up_to = i->number;
    if (!shed_details_of(i->value))
      continue;
    ++memory.shed;
    memory.bytes -= i->bytes;
    i->bytes = footprint_of(i->value);
    memory.bytes += i->bytes;
  }
}

/// Drops what is beyond the bounds, the least informative first. The newest stays, however large it is.
/// @param in_flight as for drop_details().
/// @returns how many values it gave up.
template <class T>
std::size_t make_room(outbox_memory<T>& memory, std::size_t in_flight) {
  drop_details(memory, in_flight);
  std::size_t result = 0;
  while (memory.waiting.size() > memory.limit
         || (memory.bytes > memory.most_bytes && memory.waiting.size() > in_flight + 1)) {
    memory.give_up(memory.waiting.begin() + static_cast<std::ptrdiff_t>(in_flight));
    ++result;
  }
  return result;
}

} // namespace pmactor
