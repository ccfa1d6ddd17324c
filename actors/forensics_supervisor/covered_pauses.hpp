// Decides which pauses are captured after all: one that is part of a stall is covered by what is
// captured of that, but the word of it may be older than the pause. Where what watches the stall is
// held up, its end comes late. Pure.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace pmactor {

/// Pauses that are part of a stall, the newest last.
class covered_pauses {
public:
  static constexpr std::size_t most = 16;

  void keep(const event_record& x);
  /// Applies what became known. @returns the pause that it is about, if that is part of no stall
  /// any more.
  std::optional<event_record> release(const event_amendment& x);

private:
  std::deque<event_record> all_;
};

} // namespace pmactor
