// The health page: what every actor is doing, kept in a small file of shared memory that the metering
// base class writes as it goes. `pmactor inspect` reads it without the daemon's help, so it answers
// when the daemon is stuck, stopped or killed. It is output only: no decision of the daemon reads it back but
// the SUPERVISOR's hang check. Everything in it is a lock-free atomic; a text has a sequence lock, so that a
// reader never sees half of one.
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

/// A short text in shared memory under a sequence lock: the sequence is odd while a writer is at work.
/// There is one writer at a time, but for the moment in which an incarnation that was
/// left behind still writes what its successor, or the SUPERVISOR, writes too; then they take turns.
/// @tparam Bytes its room, a multiple of 8; what does not fit is cut at the last whole UTF-8 character.
template <std::size_t Bytes>
class shared_text {
public:
  static_assert(Bytes % 8 == 0);
  static constexpr std::size_t room = Bytes;

  void write(std::string_view text) {
    auto size = std::min(text.size(), Bytes);
    if (size < text.size())
      while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u)
        --size;
    const auto turn = take_turn();
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
    // Fails if another writer has taken over meanwhile: then the end of its write makes the sequence even.
    auto expected = turn;
    sequence_.compare_exchange_strong(expected, turn + 1, std::memory_order_release,
                                      std::memory_order_relaxed);
  }

  /// Moves with each write, and is odd during one, so that two copies of a page can be compared.
  std::uint32_t turn() const {
    return sequence_.load(std::memory_order_acquire);
  }

  /// As read(), of a copy that is not written to.
  std::string as_it_is() const {
    std::string result(std::min<std::size_t>(size_.load(std::memory_order_relaxed), Bytes), '\0');
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = static_cast<char>(words_[i / 8].load(std::memory_order_relaxed) >> (8 * (i % 8)));
    return result;
  }

  /// From any thread or process; waits for a writer that was interrupted half way, for 50 ms at most. The
  /// bytes are as foreign as the file: bounded, and to be escaped.
  /// @returns the text, or what could be read of it if its writer was interrupted half way through.
  std::string read() const {
    std::string result;
    constexpr int at_once = 1000, attempts = at_once + 50; // a write takes less, unless it is interrupted
    for (int i = 0; i < attempts; ++i) {
      if (i > at_once)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      const auto before = sequence_.load(std::memory_order_acquire);
      result = as_it_is();
      std::atomic_thread_fence(std::memory_order_acquire);
      if (before % 2 == 0 && sequence_.load(std::memory_order_relaxed) == before)
        break;
    }
    return result;
  }

private:
  /// @returns the odd sequence under which to write. A writer that was interrupted half way is given the
  /// time to go on, and then no more: its thread may be stopped for as long as it likes.
  std::uint32_t take_turn() {
    constexpr int patience = 100;
    for (int i = 0;; ++i) {
      auto before = sequence_.load(std::memory_order_relaxed);
      const bool is_free = before % 2 == 0;
      if (is_free || i >= patience) {
        const auto own = before + (is_free ? 1 : 2);
        if (sequence_.compare_exchange_weak(before, own, std::memory_order_acquire,
                                            std::memory_order_relaxed))
          return own;
      } else {
        std::this_thread::yield();
      }
    }
  }

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

/// How late what is due all the time came: a classic histogram.
class lateness_counts {
public:
  static constexpr std::array<std::chrono::milliseconds, 10> edges = {
    std::chrono::milliseconds{1},    std::chrono::milliseconds{5},    std::chrono::milliseconds{10},
    std::chrono::milliseconds{50},   std::chrono::milliseconds{100},  std::chrono::milliseconds{200},
    std::chrono::milliseconds{500},  std::chrono::milliseconds{1000}, std::chrono::milliseconds{5000},
    std::chrono::milliseconds{30000}};
  /// @param lateness a negative one counts as none. By one thread at a time.
  void count(std::chrono::nanoseconds lateness);
  /// @returns how many were at most as late as each edge and later than the one before; the last: later than all.
  std::array<std::uint64_t, edges.size() + 1> counts() const;
  std::chrono::nanoseconds sum() const;

private:
  std::array<std::atomic<std::uint64_t>, edges.size() + 1> counts_{};
  std::atomic<std::int64_t> sum_ns_{0};
};

/// The handlers that took long, and of the longest where its time went. Written by one thread at a
/// time.
struct slow_handlers {
  static constexpr std::chrono::milliseconds least{100}; ///< From then on a handler counts as slow.

  std::atomic<std::uint64_t> count{0};
  std::atomic<std::int64_t> took_ns{0}; ///< The longest; on the actors' clock, as all of it.
  std::atomic<std::int64_t> ran_ns{-1},
    ready_ns{-1};          ///< Of that, on a CPU and ready for one; -1 if not known.
  shared_text<48> handler; ///< Its message type. Written last.
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
/// (enqueued), the SUPERVISOR (phase, restarts, failure, hangs). The actors' clock is CAF's, which is
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
  std::atomic<std::uint64_t> hangs{0};  ///< Handlers that ran longer than they may.
  std::atomic<std::uint64_t> errors{0}; ///< What it tried in vain: a commit, a delivery. It may try again.
  std::atomic<std::int64_t> handler_since_ns{0}; ///< When the current handler began, on the
                                                 ///< actors' clock; 0 if none runs.
  std::atomic<std::int64_t> handler_thread{0};   ///< The kernel's id of the thread that runs it.
  /// Of the SUPERVISOR, at each pulse: for how much lived time it has met the handler that began then; see decide_hang.
  std::atomic<std::int64_t> met_for_ns{0}, met_since_ns{0};
  std::atomic<std::int64_t> hang_limit_ns{0}; ///< A handler that runs for longer than this lived time is a hang.
  shared_text<48> handler;                       ///< The type of the message that it handles.
  std::array<std::atomic<std::int64_t>, remembered_arrivals> arrivals_ns{}; ///< Of message i, at i % 64,
                                                                            ///< on the actors' clock.
  handler_times times;
  slow_handlers slow; ///< Since the daemon began.
  /// Of the PAUSE DETECTOR: how late the beats came, and by how much the windows of the second witness were longer
  /// than usual.
  lateness_counts beats_late, windows_late;
  shared_text<256> degraded; ///< What does not work and why, one sentence; empty if all is well.
  shared_text<256> note;     ///< What else a reader of `inspect` wants to know of this actor.
  /// What it does not do on this host and why, for people; empty if there is nothing. What the settings switch off is
  /// not among it.
  shared_text<256> shortfall;
  std::atomic<std::uint32_t> shortfall_is_whole{0}; ///< 1 if that is all of its work.
  std::atomic<std::uint32_t> stalls{0}; ///< Of the WITNESS KEEPER: how many last; its note names them.
};

/// What programs want to know of what a slot says in words, so that none takes it out of the words.
struct slot_supplement {
  shared_text<128> shortfall_command; ///< What makes up for the shortfall, for a shell; empty if nothing is known to.
  /// The key of the setting whose target is what does not work, as long as it is degraded; empty if there is none.
  shared_text<48> degraded_setting;
};

/// What the process as a whole is up to.
enum class daemon_phase : std::uint32_t { starting, running, stopping, stopped, failed };

/// The whole page.
struct health_page {
  static constexpr std::uint64_t magic = 0x38302d726f746361; // "actor-08"; changes with the layout
  /// "actor-07": of the page before. It is still read, as the daemon that runs may be older than the command.
  static constexpr std::uint64_t former_magic = 0x37302d726f746361;
  static constexpr std::size_t max_slots = 24;

  std::atomic<std::uint64_t> mark{0}; ///< `magic` once the page is filled in.
  std::atomic<std::int64_t> pid{0};
  std::atomic<std::uint64_t> process_start{0}; ///< The kernel's start time of the process, in its ticks.
  shared_text<40> boot_id;
  /// The namespaces in which pid and clocks hold, as the kernel numbers them; 0 where it does not.
  std::atomic<std::uint64_t> pid_namespace{0}, time_namespace{0};
  shared_text<256> data_folder;
  std::atomic<daemon_phase> phase{daemon_phase::starting};
  shared_text<256> last_words; ///< Why it stopped or failed.
  std::atomic<std::int32_t> fatal_signal{0}; ///< The process dies of this one; 0 if it does not.
  std::atomic<std::int64_t> fatal_thread{0}; ///< Which was handled by this thread, by the kernel's id.
  /// What does not work of the process itself and why, in sentences: its log, its files; empty if all is well.
  shared_text<256> degraded;

  /// The SUPERVISOR's pulse, once a second: while it moves, the actor system runs.
  std::atomic<std::int64_t> started_total_ns{0}, started_wall_ns{0};
  std::atomic<std::int64_t> pulse_awake_ns{0}, pulse_total_ns{0}, pulse_wall_ns{0};

  // The coverage: lived seconds = taken + missed; taken = stored + discarded + lost + on their way.
  std::atomic<std::uint64_t> samples_taken{0}, samples_missed{0};
  std::atomic<std::uint64_t> samples_stored{0}, samples_discarded{0}, samples_lost{0};

  /// How often changed settings were taken up, how often taken up although a child that they concern was
  /// given up or is held up by its predecessor, and how often refused, since the start.
  std::atomic<std::uint32_t> settings_taken{0}, settings_incomplete{0}, settings_refused{0};
  shared_text<256> settings_answer; ///< What the last that were taken up came to; written before that is counted.

  std::atomic<std::uint32_t> slots_used{0};
  std::array<health_slot, max_slots> slots;

  shared_text<2048> settings_problems; ///< Why the last were refused, a line each; written before that is counted.
  std::array<slot_supplement, max_slots> supplements; ///< Of each slot.
};

/// What a page of `former_magic` lacks: in each slot what lies from here to there, and all behind the slots.
inline constexpr std::size_t former_gap_begin = offsetof(health_slot, met_for_ns),
                             former_gap_end = offsetof(health_slot, handler);
inline constexpr std::size_t former_page_size =
  offsetof(health_page, settings_problems) - health_page::max_slots * (former_gap_end - former_gap_begin);
static_assert(former_gap_begin == 336 && former_page_size == 51'576); // as it was written

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<actor_phase>::is_always_lock_free);

/// @returns whether no text and no handler changed from the earlier to the later of two copies of one
/// page: then what the earlier one says belongs together.
bool is_settled(const health_page& earlier, const health_page& later);

std::string to_string(actor_phase x);
std::string to_string(daemon_phase x);

} // namespace pmactor
