// The words of the witnesses: what each is about to do, since when, and how long it took, kept in shared
// memory by the child process `pmactor witness`. Reading them needs no help of the child: a witness
// that hangs in the kernel is known by its words while it hangs. The reader distrusts all of it.
#pragma once

#include "actors/supervision/health_page.hpp"
#include "actors/witness_keeper/track_stalls.hpp"
#include "messages/lateness.hpp"
#include "messages/stall.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace pmactor {

/// One witness: one thing that it feels. Written by one thread at a time.
struct witness_slot {
  static constexpr std::size_t remembered = 8;
  static constexpr std::size_t remembered_acts = 4; ///< Two are done a second, and read once a second.

  shared_text<64> name; ///< Of the resource, as in felt_stretch.
  std::atomic<std::uint32_t> resource{0};
  std::atomic<std::uint32_t> sense{0};
  std::atomic<std::uint32_t> is_taken{0};
  /// Counts who had the slot: two a time, odd while the above is being written, 0 if none ever had.
  std::atomic<std::uint32_t> tenure{0};
  std::atomic<std::int64_t> since_ns{0}; ///< When what is not done yet began, on the awake clock; 0 for none.
  std::atomic<std::int64_t> uncertainty_ns{0}; ///< Of what is not done yet.
  /// The kernel's id of the thread that does it, or of the process that this one started and waits for; 0 if none
  /// does.
  std::atomic<std::int64_t> thread{0};
  std::atomic<std::int64_t> server{0}; ///< The process that has to answer; 0 if it is not known.
  std::atomic<std::int64_t> led_from_ns{
    0}; ///< When the acts before it began to be slow; 0 if they were not.
  /// Stretches that were worth noting, number i at i % remembered. The counter moves last.
  struct stretch {
    std::atomic<std::int64_t> began_ns{0}, ended_ns{0}, uncertainty_ns{0}, led_from_ns{0};
    std::atomic<bool> by_run_queue{false};
  };
  std::array<stretch, remembered> past;
  std::atomic<std::uint64_t> noted{0};
  /// How late its last operations came or how long they took, number i at i % remembered_acts; negative if that was
  /// the wait for a CPU of a thread that was ready to run.
  std::array<std::atomic<std::int64_t>, remembered_acts> late_ns{};
  std::atomic<std::uint64_t> done{0}; ///< Operations in all. Moves last.
};

struct witness_page {
  static constexpr std::uint64_t magic =
    0x36302d7373656e74; ///< "tness-06"; changes with the layout
  static constexpr std::size_t max_slots = 96;

  std::atomic<std::uint64_t> mark{0};       ///< `magic` once the child has begun.
  std::atomic<std::int64_t> due_ns{0};      ///< When the child's own timer comes next, on the awake clock.
  std::atomic<std::int64_t> pace_ns{0};     ///< From one end of that timer to the next.
  std::atomic<std::int64_t> timer_thread{0}; ///< The kernel's id of the thread that the timer wakes.
  /// That the clocks of the machine stood still: counted last, by one thread.
  struct standing {
    std::atomic<std::int64_t> at_ns{0}, length_ns{0}, uncertainty_ns{0}, within_ns{0};
    std::atomic<std::uint64_t> noted{0};
  };
  standing standstill;
  std::atomic<std::uint32_t> unwitnessed{0}; ///< Things that have no slot right now, as there was none left.
  std::array<witness_slot, max_slots> slots;
};

/// A program that waits for its turns on the CPUs needs several to start. Less is what any busy machine does to it.
constexpr std::chrono::nanoseconds least_start_wait = std::chrono::milliseconds{600};

/// Notes a finished stretch. For the slot's own thread.
/// @param by_run_queue whether that thread was ready to run for most of it: then it felt the CPUs,
/// and not what the slot is of. @param led_from when the acts before it began to be slow, zero if
/// they were not.
void note_stretch(witness_slot& slot, std::chrono::nanoseconds began,
                  std::chrono::nanoseconds ended, std::chrono::nanoseconds uncertainty,
                  bool by_run_queue = false, std::chrono::nanoseconds led_from = {});

/// Notes an operation that is done, however short. For the slot's own thread.
/// @param late how late it came or how long it took. @param by_run_queue whether that is how long its thread waited for
/// a CPU.
void note_act(witness_slot& slot, std::chrono::nanoseconds late, bool by_run_queue = false);

struct release_slot {
  void operator()(witness_slot* x) const noexcept;
};
/// A slot that is given back once its owner is done with it, for what comes next: mounts and disks come and go.
using owned_slot = std::unique_ptr<witness_slot, release_slot>;

/// Takes a free slot for a resource; a name that does not fit is cut. For one thread at a time; a slot may be
/// given back by any.
/// @returns null if there is none left.
owned_slot claim_slot(witness_page& page, stall_resource resource, std::string_view name, stall_sense sense);

/// Remembers how far each slot was read, so that no stretch is read twice.
struct witness_cursor {
  struct position {
    std::uint32_t tenure = 0;
    std::uint64_t noted = 0;
    std::uint64_t done = 0;
  };
  std::array<position, witness_page::max_slots> of{};
  std::uint64_t standstills = 0;
};

/// The clocks of this machine stood still, at some time within a stretch.
struct standstill_word {
  std::chrono::nanoseconds at{}; ///< When it was found, on the awake clock.
  std::chrono::nanoseconds length{}, uncertainty{}, within{};
};

/// What one look at the page found.
struct witness_words {
  bool is_alive = false; ///< The page is filled in.
  std::chrono::nanoseconds due{}, pace{}; ///< Of the child's timer.
  std::int64_t timer_thread = 0;
  std::uint32_t unwitnessed = 0;
  std::vector<felt_stretch> felt; ///< Those that last, and those that ended since the look before.
  std::vector<stall_lead> leads;  ///< What led up to them.
  /// Of those that last and are still too short to count. The two times may be of two of them: then a look at the
  /// later of *certain* and so long after *began* as a stall takes may be early for either, and is late for none.
  struct rising_stretch {
    std::chrono::nanoseconds began{};   ///< When the first to begin did, at the earliest.
    std::chrono::nanoseconds certain{}; ///< When the first to count does.
    friend bool operator==(const rising_stretch&, const rising_stretch&) = default;
  };
  std::optional<rising_stretch> rising;
  std::optional<standstill_word> standstill;
  lateness late;    ///< Of what was done since the look before.
  lateness in_hand; ///< Of what is not done yet, as far as that is certain.
  std::uint64_t missed = 0;       ///< Stretches that fell off before they were read.
};

/// @returns the state of a thread of the child, or of a process that it started, as /proc has it: 'R', 'S', 'D', 'T',
/// 't'; 0 if unknown.
using thread_state = std::function<char(std::int64_t thread)>;

/// @returns whether a thread in this state was stopped or is traced.
bool is_held(char state);

/// Reads the page as foreign bytes: times out of order or in the future, unknown numbers and slots beyond
/// the end give nothing, nor does a slot that changes hands meanwhile. Allocates only for what was felt.
/// A thread that is ready to run and does not feels the CPUs, whatever it is about to do; the words of one that
/// is stopped or traced say nothing.
/// @param least stretches that are not certain to be as long are left out.
witness_words read_witness_page(const witness_page& page, witness_cursor& cursor,
                                std::chrono::nanoseconds now, std::chrono::nanoseconds least,
                                const thread_state& state_of);

std::string to_string(const witness_words& x);

} // namespace pmactor
