// Decides why the machine slept, and why it woke where that is not counted, from what
// systemd-logind logged around it. Pure.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

class sleep_reasons {
public:
  /// @param wall when it was logged. @param line "systemd-logind[700]: Lid closed.",
  /// "pmset: Sleep: Entering Sleep state due to …".
  void add(std::chrono::nanoseconds wall, std::string_view line);

  /// @param began, ended of a sleep, on the wall clock. @returns sentences; none if nothing was
  /// logged.
  std::vector<std::string> words(std::chrono::nanoseconds began,
                                 std::chrono::nanoseconds ended) const;

  static constexpr std::size_t most_kept = 32;

private:
  struct sign {
    std::chrono::nanoseconds wall{};
    std::string says;        ///< "the lid was closed"
    std::string by;          ///< Of whose log.
    bool is_reason = false; ///< To sleep; else only that it was asked for, or one to wake.
    bool is_wake = false;
  };
  std::deque<sign> signs_; ///< The oldest first.
};

} // namespace pmactor
