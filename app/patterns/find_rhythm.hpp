// Decides whether moments come in a rhythm: daily at about the same time, on one day of the week,
// hourly at a minute, or every so many hours. Pure. A rhythm is claimed only where chance would
// hardly make one.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace pmactor {

struct rhythm {
  double period = 0; ///< Seconds.
  double from = 0,
         to =
           0; ///< Where in the period the members lie, in seconds; *to* may be beyond the period.
  std::vector<std::size_t> members; ///< Places in the list of moments, ascending.
  double chance = 1;                ///< That as good a rhythm comes about by itself, at most.
};

/// @param local moments in seconds of the local time since 1970-01-01 00:00, a Thursday; ascending.
/// @param tests how many lists are looked at for one answer: the more, the more chance finds
/// something.
/// @returns the clearest rhythm.
std::optional<rhythm> find_rhythm(const std::vector<double>& local, std::size_t tests);

} // namespace pmactor
