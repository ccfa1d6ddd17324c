// Decides which events are captured: one capture at a time, one for each episode, within a budget. Critical stress
// comes last: it is frequent where nothing stood still, and must not take what a pause or a stall needs. Pure: time is
// lived time, an argument.
#pragma once

#include "messages/forensics.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace pmactor {

/// Of `[forensics]` in the settings.
struct capture_policy {
  bool enabled = true;
  std::chrono::nanoseconds least_pause = std::chrono::seconds{2}; ///< Shorter ones are not captured.
  std::chrono::nanoseconds least_stall = std::chrono::seconds{1}; ///< As it is first reported.
  /// Captures that may begin within an hour of lived time; half of them, rounded down, for critical stress.
  std::uint32_t per_hour = 6;
  /// Pauses that follow the end of a capture sooner than this, in lived time, belong to its episode.
  std::chrono::nanoseconds cooldown = std::chrono::seconds{30};
  std::uint64_t least_memory = 48ull << 20; ///< Bytes that must be available.
  std::uint64_t least_disk = 256ull << 20;  ///< Bytes that must be free where the events are kept.
  friend bool operator==(const capture_policy&, const capture_policy&) = default;
};

/// A capture of the last hour.
struct begun_capture {
  std::chrono::nanoseconds at{}; ///< When it began, or was put in line.
  bool of_stress = false;        ///< Of a critical episode.
  friend bool operator==(const begun_capture&, const begun_capture&) = default;
};

/// What deciding remembers.
struct capture_book {
  std::deque<event_id> seen;       ///< The newest events that were decided, oldest first.
  std::deque<begun_capture> begun; ///< In the last hour, oldest first.
  std::optional<std::chrono::nanoseconds> ended; ///< When the last capture did,
  std::optional<std::chrono::nanoseconds> freeze_ended; ///< and the last that was not of critical stress.
  bool running = false;            ///< One is under way,
  bool of_stress = false;          ///< which is of critical stress.
  bool waiting = false;            ///< And one waits for its turn; never one of critical stress.
};

struct capture_choice {
  enum class act : std::uint8_t {
    ignore, ///< It is due none, or was decided before.
    begin,
    wait, ///< Begin when the one that is under way has ended.
    skip, ///< It is due one, and gets none; *why*.
  };
  act what = act::ignore;
  std::string why; ///< A sentence.
  friend bool operator==(const capture_choice&, const capture_choice&) = default;
};
std::string to_string(const capture_choice& x);

/// Decides about an event, and notes the decision.
capture_choice decide_capture(capture_book& book, const pause_event& event,
                              std::chrono::nanoseconds lived, const capture_policy& policy);

/// Notes that the capture that waits is not due any more; it costs nothing of the budget, and its
/// event may be decided anew.
void cancel_waiting(capture_book& book, event_id event);

/// Notes that the capture under way came to nothing before anything was captured: it costs nothing
/// of the budget, and what follows is no part of its episode. @returns whether the one that waits
/// begins now.
bool abandon_capture(capture_book& book);

/// Notes that the capture under way has ended. @returns whether the one that waits begins now.
bool end_capture(capture_book& book, std::chrono::nanoseconds lived);

/// What there is to capture with.
struct capture_room {
  std::optional<std::uint64_t> memory; ///< Available bytes; absent if unknown.
  std::optional<std::uint64_t> disk;   ///< Free bytes for this user.
  friend bool operator==(const capture_room&, const capture_room&) = default;
};

/// What room there is for a capture. What is unknown is no reason against one.
struct room_verdict {
  std::string why_none; ///< Why nothing can be captured, as a sentence; empty if something can.
  std::string
    why_no_tools; ///< Why only what this process reads itself; empty if tools may be run, too.
};

/// The evidence of memory that is short is worth most while it is: a stall, and a pause for want of
/// memory, is captured with what little this process itself needs.
room_verdict judge_room(const pause_event& event, const capture_room& room,
                        const capture_policy& policy);

} // namespace pmactor
