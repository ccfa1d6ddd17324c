// Decides which messages wait for a user to log in at a desktop, and when it is worth looking for
// one again: what ended the machine is found at its start, when no one is there yet. Pure.
#pragma once

#include "actors/notifier/compose_notice.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace pmactor {

class notices_for_login {
public:
  static constexpr std::size_t most = 4;

  /// @param period how often to look while no one is there.
  explicit notices_for_login(std::chrono::nanoseconds period) : period_{period}, delay_{period} {
  }

  /// @returns whether a message that was shown to no one is worth keeping.
  static bool is_kept(const notice_message& x) {
    return x.kind == notice_kind::outage;
  }

  /// The oldest goes where there are too many.
  void hold(const notice_message& x, std::chrono::nanoseconds now);

  /// @returns when to look; nothing while nothing is held.
  std::optional<std::chrono::nanoseconds> next_look() const {
    return all_.empty() ? std::nullopt : std::optional{next_};
  }

  /// What came of a look.
  enum class found : std::uint8_t {
    no_one, ///< To be looked for again.
    bus,    ///< A user has a bus, but no message was shown: a desktop may come up, or never will.
  };
  void look_again(found x, std::chrono::nanoseconds now);

  /// @returns whether a message may be shown at this look: a desktop comes up behind its bus.
  bool is_ready() const {
    return has_bus_;
  }
  const notice_message& front() const {
    return all_.front();
  }
  void pop() {
    all_.pop_front();
  }

private:
  std::chrono::nanoseconds period_, delay_, next_{};
  std::deque<notice_message> all_; ///< The oldest first.
  bool has_bus_ = false;
};

} // namespace pmactor
