// What the daemon is held to: the names of all promises, what happens when one is broken, and the numbers in
// them, in the words of the promise and not in those of the code that is checked.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pmactor::simulation {

/// All that the daemon is held to. The check of the oracle fails for one that no planted bug breaks.
inline constexpr auto invariants = std::to_array<std::string_view>({
  // what is stored
  "row-twice", "row-invented", "wrong-score", "spike-not-scored", "watched-without-stress",
  "stress-not-watched", "coverage", "second-missed", "second-lost", "message-set-aside",
  "end-not-marked", "left-behind", "history-differs",
  // pauses and sleeps
  "event-invented", "event-lost", "pause-invented", "pause-missed", "pause-twice", "pause-length",
  "pause-time", "wrong-cause", "cause-not-found", "wrong-scope", "amended-too-far", "ledger-sum",
  "lead-up-from-within", "lead-up-too-old", "lead-up-too-short", "sleep-invented", "sleep-missed", "sleep-twice",
  "sleep-length", "wrong-culprit", "culprit-missed", "blame-sum", "wrong-blame", "clock-invented",
  // stalls
  "stall-invented", "stall-missed", "stall-twice", "stall-resource", "stall-time", "stall-open",
  // what is asked about the past
  "wrong-answer",
  // critical stress
  "episode-invented", "episode-missed", "episode-twice", "episode-changed", "alert-missed", "alert-twice",
  "alert-too-early", "all-clear-missed", "all-clear-without-alert",
  // messages and captures
  "notice-missed", "notice-invented", "notice-twice", "notice-flood", "capture-missed", "capture-denied",
  "capture-of-a-sleep", "capture-twice", "capture-flood", "evidence-missed",
  // the house
  "restart-without-crash", "restart-limit", "blamed-for-a-pause", "hang-unnoticed", "hang-reported-twice",
  "mailbox-bound", "health-page", "stop-late",
});

/// One of them; a name that is not among them does not compile.
class invariant {
public:
  consteval invariant(const char* name) : name_{name} {
    if (std::find(invariants.begin(), invariants.end(), name_) == invariants.end())
      throw "this invariant is not in the list";
  }
  constexpr std::string_view name() const {
    return name_;
  }

private:
  std::string_view name_;
};

/// A promise that the daemon did not keep.
struct violation : std::runtime_error {
  violation(invariant x, const std::string& what)
    : std::runtime_error(std::string{x.name()} + ": " + what), broken{x.name()} {
  }
  std::string broken; ///< The invariant's name.
};

inline void hold(bool kept, invariant x, const std::string& what) {
  if (!kept)
    throw violation{x, what};
}

constexpr std::chrono::nanoseconds beat_period = std::chrono::milliseconds{100};
constexpr std::chrono::nanoseconds length_off = std::chrono::milliseconds{65};   ///< Of a pause, at most.
constexpr std::chrono::nanoseconds sleep_margin = std::chrono::seconds{1};      ///< Awake but frozen around a sleep, this much is part of it.
constexpr std::chrono::nanoseconds long_pause = std::chrono::seconds{2};        ///< From here on people are notified, and evidence is captured.

/// A point in time, for the words of a violation.
inline std::string at(std::chrono::nanoseconds awake) {
  return std::to_string(std::chrono::duration<double>(awake).count()) + " s";
}

constexpr std::chrono::nanoseconds apart(std::chrono::nanoseconds a, std::chrono::nanoseconds b) {
  return a > b ? a - b : b - a;
}

} // namespace pmactor::simulation
