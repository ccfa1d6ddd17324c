// Brings events to one receiver, in order, each at least once: what it does not take stays in the history until it
// does. Decides what to send and when to try again; the sending itself, the history and the clocks are its caller's.
#pragma once

#include "actors/notifier/decide_resend.hpp"
#include "app/export/export_cursor.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Sends events at once. @returns what the receiver answered; status 200 if it took them.
using send_events = std::function<http_answer(const std::vector<exported_event>& events)>;

inline constexpr std::size_t most_events_at_once = 100;

/// For one thread at a time.
class event_delivery {
public:
  /// @param cursor as it was kept; without one only what happens from now on is sent.
  event_delivery(event_source source, send_events send, std::optional<export_cursor> cursor, double share)
    : source_(std::move(source)), send_(std::move(send)), cursor_(std::move(cursor)), retry_(share) {
  }

  /// Sends what is due, one request at most.
  /// @param wall Unix seconds. @param now on a clock that is never set.
  /// @throws what the history throws.
  void step(double wall, std::chrono::nanoseconds now);

  /// When to call step() again if nothing new comes; nullopt if there is no need to.
  std::optional<std::chrono::nanoseconds> next() const {
    return next_;
  }
  /// There may be something new.
  void wake(std::chrono::nanoseconds now);

  /// How far the receiver has come, to be kept when it changes.
  const std::optional<export_cursor>& cursor() const {
    return cursor_;
  }
  std::uint64_t sent() const {
    return sent_;
  }
  /// Events that the receiver will never take.
  std::uint64_t refused() const {
    return refused_;
  }
  std::uint64_t failures() const {
    return failures_;
  }
  /// What does not work, as the end of a sentence; empty if all is well.
  const std::string& trouble() const {
    return trouble_;
  }

private:
  void deliver(const export_batch& batch, std::chrono::nanoseconds now);
  void take(const export_batch& batch);

  event_source source_;
  send_events send_;
  std::optional<export_cursor> cursor_;
  resend_backoff retry_;
  std::size_t most_ = most_events_at_once;
  std::optional<std::chrono::nanoseconds> next_ = std::chrono::nanoseconds::zero();
  std::optional<std::chrono::nanoseconds> barred_until_; ///< The receiver is left alone until then.
  std::uint64_t sent_ = 0, refused_ = 0, failures_ = 0;
  std::string trouble_;
};

} // namespace pmactor
