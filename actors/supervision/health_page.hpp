// The health page: what every actor is doing, kept in a small file of shared memory that the metering
// base class writes as it goes. `pmactor inspect` reads it without the daemon's help, so it answers
// when the daemon is stuck, stopped or killed. Everything in it is a lock-free atomic; a text has one
// writer and a sequence lock, so that a reader never sees half of one.
#pragma once

#include "messages/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace pmactor {

/// A short text in shared memory. One writer, any number of readers, neither ever waits.
/// @tparam Bytes its room, a multiple of 8; what does not fit is cut at the last whole UTF-8 character.
template <std::size_t Bytes>
class shared_text {
public:
  static_assert(Bytes % 8 == 0);

  /// Only ever called by one thread at a time.
  void write(std::string_view text) {
    auto size = std::min(text.size(), Bytes);
    if (size < text.size())
      while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
        --size;
    const auto turn = sequence_.load(std::memory_order_relaxed);
    sequence_.store(turn + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t i = 0; i < Bytes / 8; ++i) {
      std::uint64_t word = 0;
      for (std::size_t b = 0; b < 8 && i * 8 + b < size; ++b)
        word |= std::uint64_t{static_cast<unsigned char>(text[i * 8 + b])} << (8 * b);
      words_[i].store(word, std::memory_order_relaxed);
      if (i * 8 >= size)
        break;
    }
    size_.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
    sequence_.store(turn + 2, std::memory_order_release);
  }

  /// Moves with each write, and is odd during one, so that two copies of a page can be compared.
  std::uint32_t turn() const {
    return sequence_.load(std::memory_order_acquire);
  }

  /// As read(), of a copy that nobody writes to.
  std::string as_it_is() const {
    std::string result(std::min<std::size_t>(size_.load(std::memory_order_relaxed), Bytes), '\0');
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = static_cast<char>(words_[i / 8].load(std::memory_order_relaxed) >> (8 * (i % 8)));
    return result;
  }

  /// From any thread or process. The bytes are as foreign as the file: bounded, and to be escaped.
  /// @returns the text, or what could be read of it if its writer died half way through one.
  std::string read() const {
    std::string result;
    for (int attempt = 0; attempt < 1200; ++attempt) {
      const auto before = sequence_.load(std::memory_order_acquire);
      result = as_it_is();
      std::atomic_thread_fence(std::memory_order_acquire);
      if (before % 2 == 0 && sequence_.load(std::memory_order_relaxed) == before)
        break;
      if (attempt > 1000)
        std::this_thread::sleep_for(std::chrono::milliseconds{1}); // its writer was preempted half way
    }
    return result;
  }

private:
  std::atomic<std::uint32_t> sequence_{0};
  std::atomic<std::uint32_t> size_{0};
  std::array<std::atomic<std::uint64_t>, Bytes / 8> words_{};
};

/// How often a handler took how long: bucket i counts those under 2^i µs. From it comes p99.
class handler_times {
public:
  static constexpr std::size_t buckets = 28; ///< The last one holds everything from 67 s on.
  void count(std::chrono::nanoseconds took);
  /// @returns the upper edge of the bucket that holds the given share (0–1) of the handlers; zero if
  /// nothing was counted.
  std::chrono::nanoseconds quantile(double share) const;

private:
  std::array<std::atomic<std::uint32_t>, buckets> counts_{};
};

/// What an actor is up to, as the SUPERVISOR sees it.
enum class actor_phase : std::uint32_t {
  absent,     ///< The slot is not in use.
  starting,   ///< Being spawned for the first time.
  running,
  restarting, ///< Down; its successor is started after a delay.
  stopped,    ///< Ended as ordered, and stays down.
  given_up,   ///< Failed more often than its restart intensity allows. An optional child stays down.
};

/// One actor's part of the page. Who writes what: its own thread (handler, notes), its senders
/// (enqueued), the SUPERVISOR (phase, restarts, failure). The actors' clock is CAF's, which is
/// std::chrono::steady_clock: on Linux the awake clock, on macOS the total one.
struct health_slot {
  static constexpr std::size_t remembered_arrivals = 64;

  shared_text<32> name;
  std::atomic<actor_phase> phase{actor_phase::absent};
  std::atomic<std::uint32_t> optional_child{0}; ///< 1 if the daemon goes on without it.
  std::atomic<std::uint32_t> generation{0};     ///< Counts incarnations; an older one writes no more.
  std::atomic<std::uint32_t> restarts{0};
  std::atomic<std::int64_t> started_ns{0};      ///< This incarnation, on the total clock.
  std::atomic<std::int64_t> failed_ns{0};       ///< The last failure, on the wall clock; 0 if none.
  shared_text<192> failure;                     ///< The last failure in words.

  std::atomic<std::uint64_t> enqueued{0};
  std::atomic<std::uint64_t> handled{0};
  std::atomic<std::uint64_t> set_aside{0};       ///< Messages that killed their receiver twice.
  std::atomic<std::uint64_t> dropped{0};         ///< What fell off a full queue or history.
  std::atomic<std::int64_t> handler_since_ns{0}; ///< When the current handler began, on the
                                                 ///< actors' clock; 0 if none runs.
  std::atomic<std::int64_t> handler_thread{0};   ///< The kernel's id of the thread that runs it.
  shared_text<48> handler;                       ///< The type of the message that it handles.
  std::array<std::atomic<std::int64_t>, remembered_arrivals> arrivals_ns{}; ///< Of message i, at i % 64,
                                                                            ///< on the actors' clock.
  handler_times times;
  shared_text<256> degraded; ///< What does not work and why, one sentence; empty if all is well.
  shared_text<256> note;     ///< What else a reader of `inspect` wants to know of this actor.
};

/// What the process as a whole is up to.
enum class daemon_phase : std::uint32_t { starting, running, stopping, stopped, failed };

/// The whole page.
struct health_page {
  static constexpr std::uint64_t magic = 0x32302d726f746361; // "actor-02"; changes with the layout
  static constexpr std::size_t max_slots = 24;

  std::atomic<std::uint64_t> mark{0}; ///< `magic` once the page is filled in.
  std::atomic<std::int64_t> pid{0};
  std::atomic<std::uint64_t> process_start{0}; ///< The kernel's start time of the process, in its ticks.
  shared_text<40> boot_id;
  shared_text<256> data_folder;
  std::atomic<daemon_phase> phase{daemon_phase::starting};
  shared_text<256> last_words; ///< Why it stopped or failed.

  /// The SUPERVISOR's pulse, once a second: while it moves, the actor system runs.
  std::atomic<std::int64_t> started_total_ns{0}, started_wall_ns{0};
  std::atomic<std::int64_t> pulse_awake_ns{0}, pulse_total_ns{0}, pulse_wall_ns{0};

  // The coverage: lived seconds = taken + missed; taken = stored + discarded + lost + on their way.
  std::atomic<std::uint64_t> samples_taken{0}, samples_missed{0};
  std::atomic<std::uint64_t> samples_stored{0}, samples_discarded{0}, samples_lost{0};

  /// How often changed settings were taken up, and how often refused, since the start.
  std::atomic<std::uint32_t> settings_taken{0}, settings_refused{0};

  std::atomic<std::uint32_t> slots_used{0};
  std::array<health_slot, max_slots> slots;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<actor_phase>::is_always_lock_free);

/// @returns whether no text and no handler changed from the earlier to the later of two copies of one
/// page: then what the earlier one says belongs together.
bool is_settled(const health_page& earlier, const health_page& later);

std::string to_string(actor_phase x);
std::string to_string(daemon_phase x);

} // namespace pmactor
