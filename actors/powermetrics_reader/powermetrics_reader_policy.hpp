// All that the user may set of the POWERMETRICS READER.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pmactor {

/// `[powermetrics_reader]` in the settings.
struct powermetrics_reader_policy {
  bool enabled = true; ///< False: no child is run.
  std::vector<std::string> command; ///< The sampler and its arguments. Empty: there is none.
  std::vector<std::string> fallback; ///< What is run instead once the host refuses it. Empty: nothing.
  std::chrono::nanoseconds interval = std::chrono::seconds{1}; ///< At which the command was asked to write.
  bool coalitions = false; ///< Whether the built-in command asks for them; by macOS only.
  std::chrono::nanoseconds first_delay = std::chrono::seconds{1}; ///< Doubles with each failure in a row.
  std::chrono::nanoseconds longest_delay = std::chrono::seconds{30};
  /// A child that worked this long is no longer on trial: its failure is the first in a row.
  std::chrono::nanoseconds healthy_after = std::chrono::seconds{60};
  std::chrono::nanoseconds start_grace = std::chrono::seconds{10}; ///< To get going, on top of a silence.
  unsigned silent_intervals = 3; ///< A silence of so many expected intervals is a failure.
  /// But never a shorter one: a loaded machine may hold a fast sampler up for so long.
  std::chrono::nanoseconds least_silence = std::chrono::seconds{2};
  unsigned bad_documents = 5; ///< So many in a row are a failure.
  std::chrono::nanoseconds kill_after = std::chrono::seconds{5}; ///< From asking it to end to making it.
  friend bool operator==(const powermetrics_reader_policy&, const powermetrics_reader_policy&) = default;
};

} // namespace pmactor
