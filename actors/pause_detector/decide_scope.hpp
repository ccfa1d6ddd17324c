// Decides what was paused, from the second witness: the sampler child, which measures its own
// windows, and sees the daemon among all other processes.
//
// When the daemon is stopped, the documents that the child wrote meanwhile are read late, all at
// once, so not their arrival counts but the end of each window on the child's own time line. The
// question is then whether a window ended within the pause (the child ran on: the daemon alone was
// paused) or the first one that ended after it was late by itself. Being late is a weak sign: a
// child that was late anyhow, or not due, proves nothing, and one that is stopped together with its
// parent, or sits in the same control group, is late for a reason that reaches no other process.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace pmactor {

struct scope_policy {
  /// Two clock readings in two processes never agree to better than this.
  std::chrono::nanoseconds slack = std::chrono::milliseconds{60};
  /// The child looks at the processes and then writes: by so much, at most, a window ends later
  /// than that.
  std::chrono::nanoseconds look_before = std::chrono::milliseconds{150};
  /// Windows that are looked back on in order to know the usual one.
  std::size_t remembered = 32;
  /// Without a document for this many usual windows after a pause the witness is given up.
  int patience = 3;
  friend bool operator==(const scope_policy&, const scope_policy&) = default;
};

/// A window of the child on the total clock.
struct witness_window {
  std::chrono::nanoseconds began{}, ended{};
  std::optional<char> daemon_state; ///< As it ended.
  friend bool operator==(const witness_window&, const witness_window&) = default;
};

/// Lays the child's windows on the daemon's clock: end to end, as the child measured them.
class witness_line {
public:
  explicit witness_line(scope_policy policy = {});
  void add(const witness_reading& reading);
  const std::deque<witness_window>& windows() const;
  /// @returns how many windows lie on the line before those: after a long stop more are read at
  /// once than are remembered.
  std::size_t forgotten() const;
  /// @returns the median length of the windows; absent until there are three.
  std::optional<std::chrono::nanoseconds> usual() const;

private:
  scope_policy policy_;
  std::deque<witness_window> windows_;
  std::size_t forgotten_ = 0;
  std::deque<std::chrono::nanoseconds> delays_; ///< From the laid end of the last windows to their arrival.
  std::chrono::nanoseconds last_arrival_{};
};

/// @param now on the total clock.
/// @param earlier when the pause before this one ended, on the total clock: it may be what made the child
/// late. Zero if there was none.
/// @returns the scope, or nothing as long as a document is still to be waited for. `unknown` means that
/// the child was not due to do anything while the pause lasted, or is gone.
std::optional<pause_scope> decide_scope(const pause_event& pause, const witness_line& witness,
                                        std::chrono::nanoseconds now, const scope_policy& policy,
                                        std::chrono::nanoseconds earlier = {});

/// @returns in what state the child saw the daemon within the pause: 't' if it ever was held by a
/// tracer, else 'T' if it ever was stopped, else the last one; absent if it did not look or does
/// not say.
std::optional<char> see_daemon(const pause_event& pause, const witness_line& witness,
                               const scope_policy& policy);

/// @returns whether a document that is still to come may say in what state the daemon was, which
/// matters to a pause that no counter measured. The first document that ends beyond the pause ends
/// the waiting.
bool may_be_seen(const pause_event& pause, const witness_line& witness,
                 std::chrono::nanoseconds now, const scope_policy& policy);

/// @returns the event with what was seen of the daemon: a stop that was seen is sure, one that was
/// seen to be something else is none.
pause_event with_sight(pause_event event, char daemon_state);

/// @returns what the second witness amends of the event that was said: its scope, if it is known, and what was
/// seen of the daemon.
/// @param sighted the event by with_sight(), or as it was said.
event_amendment amend_scope(const pause_event& said, const pause_event& sighted, pause_scope scope);

std::string to_string(const witness_window& x);

} // namespace pmactor
