// A thread that does one small thing when it is asked, notes in its words how long that took, and may hang in
// it for ever without holding up anything else.
#pragma once

#include "actors/witness_keeper/witness_page.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace pmactor {

/// What did not answer for less is not worth noting.
constexpr std::chrono::nanoseconds least_noted = std::chrono::milliseconds{300};

/// Time in which this process did not run, by its own timer. Added up by the witness loop.
using absent_time = std::atomic<std::int64_t>;

/// By which an act is measured. Asked by the thread of the probe alone.
using probe_clock = std::function<std::chrono::nanoseconds()>;

/// @returns the time on the awake clock, by which the whole page goes.
std::chrono::nanoseconds awake_time();

/// What an act knows of what held it up, where it starts a process and sleeps until that ends: it feels what the
/// process feels.
class probe_turn {
public:
  explicit probe_turn(witness_slot& slot) : slot_{slot} {
  }

  /// From here on until the end of the act that process is at it.
  void follow(std::int64_t process) {
    slot_.thread.store(process);
  }
  /// @param waited how long the process waited for a CPU.
  void add(std::chrono::nanoseconds waited) {
    waited_ += waited;
  }
  std::chrono::nanoseconds waited() const {
    return waited_;
  }

private:
  witness_slot& slot_;
  std::chrono::nanoseconds waited_{};
};

class witness_probe {
public:
  /// @param slot its words; given back once the thread has ended.
  /// @param act what it does. It ends the thread by returning false: it cannot be done here.
  /// @param absent outlives the process. What a stopped process could not feel is left out of its words.
  /// @throws std::system_error if there is no thread to be had.
  witness_probe(owned_slot slot, std::function<bool()> act, const absent_time& absent,
                probe_clock clock = awake_time);
  witness_probe(owned_slot slot, std::function<bool(probe_turn&)> act, const absent_time& absent,
                probe_clock clock = awake_time);

  /// Lets the thread end, as soon as it can.
  ~witness_probe();
  witness_probe(const witness_probe&) = delete;
  witness_probe& operator=(const witness_probe&) = delete;

  /// Lets it act once. Never waits. @returns false if it is still at it, or has ended.
  /// @param well_at when there was last no need to ask, as nothing was the matter: what does not
  /// answer now ceased to do so after that. On the awake clock; zero if that is not known.
  bool ask(std::chrono::nanoseconds well_at = {});

  /// @returns how often it has acted.
  std::uint64_t done() const;

  /// @returns how long it has been at it, or else how long the last one took; zero before the first.
  std::chrono::nanoseconds takes(std::chrono::nanoseconds now) const;

private:
  struct shared;
  std::shared_ptr<shared> shared_; // also the thread's, which may outlive its owner
};

} // namespace pmactor
