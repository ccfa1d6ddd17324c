// How late what is due all the time came, and how long what was asked took to answer: the worst of a stretch of
// time, in one small value that rides on a second's sample.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace pmactor {

/// The beat, and each kind of witness. Of several disks, mounts or desktops the latest counts.
enum class late_part : std::uint8_t {
  beat,    ///< The daemon's own, ten times a second.
  cpu,     ///< A timer of ordinary priority, or the wait of a thread that was ready to run.
  memory,  ///< Pages that were touched.
  disk,    ///< Requests that were completed, or are in flight without an answer.
  mount,   ///< `statfs`.
  program, ///< The start of a trivial program.
  desktop, ///< A round trip.
};
inline constexpr std::size_t late_parts = 7;

class lateness {
public:
  lateness() {
    seconds_.fill(absent);
  }
  /// @returns seconds; absent if it was neither due nor asked.
  std::optional<double> operator[](late_part x) const;
  /// Takes one more into account. @param late a negative one counts as none.
  void note(late_part x, std::chrono::nanoseconds late);
  void add(const lateness& x);
  friend bool operator==(const lateness&, const lateness&) = default;

private:
  static constexpr float absent = -1;
  std::array<float, late_parts> seconds_{}; ///< Small, as many samples may wait in memory.
};

std::string to_string(late_part x); ///< As in the names of the columns: "beat".
std::string to_string(const lateness& x);

} // namespace pmactor
