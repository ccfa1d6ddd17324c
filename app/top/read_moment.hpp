// Reads the samples that the live view shows of a moment.
#pragma once

#include "actors/storage_writer/read_history_sqlite.hpp"

#include <optional>

namespace pmactor {

struct moment_samples {
  std::optional<sample_row>
    sample; ///< The last one; a second that was kept before an event is one, and has id 0.
  std::optional<sample_row> stored; ///< The last one of which the processes were stored.
};

/// @param since, until Unix seconds; the first is included.
/// @throws storage_problem as history_reader does.
moment_samples read_moment(history_reader& history, double since, double until);

/// @returns the nearest sample at or before a moment that has processes, if it is not older than *from*; else the nearest
/// behind it and before *until*, or else, however old, one before it. Of each only some are asked, as those without
/// processes are few: the first ones of a run. Unix seconds.
/// @throws storage_problem
std::optional<sample_row> sample_with_processes(history_reader& history, double moment, double from, double until);

/// @returns when the oldest sample was taken, in Unix seconds; absent if there is none.
std::optional<double> oldest_sample(history_reader& history);

} // namespace pmactor
