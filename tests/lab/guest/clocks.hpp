// What the programs of the laboratory's guest share: the three clocks, and how a moment is written.
#pragma once

#include <cstdio>
#include <ctime>
#include <string>

/// One moment by three clocks, in seconds.
struct moment {
  double wall = 0;  ///< CLOCK_REALTIME: what the program under test reports in.
  double total = 0; ///< CLOCK_BOOTTIME: goes on in a sleep.
  double awake = 0; ///< CLOCK_MONOTONIC: stands still in a sleep.
};

inline double read_clock(clockid_t which) {
  timespec now{};
  clock_gettime(which, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

inline moment read_clocks() {
  return {read_clock(CLOCK_REALTIME), read_clock(CLOCK_BOOTTIME), read_clock(CLOCK_MONOTONIC)};
}

/// "WALL TOTAL AWAKE", to the millisecond.
inline std::string to_text(const moment& x) {
  char text[96];
  std::snprintf(text, sizeof text, "%.3f %.3f %.3f", x.wall, x.total, x.awake);
  return text;
}
