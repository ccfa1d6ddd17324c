// Decides when the sampler child has failed and when it is started again. Pure: time is an argument, and
// is lived time wherever a pause of the host must not count against the child.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// `[powermetrics_reader]` in the settings.
struct reader_policy {
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
  friend bool operator==(const reader_policy&, const reader_policy&) = default;
};

/// @returns how long to wait before the start that follows this many failures in a row (at least one).
std::chrono::nanoseconds child_restart_delay(unsigned failures, const reader_policy& policy);

/// @returns the failures in a row, with the one just now, of a child that had worked for so long.
unsigned count_failure(unsigned before, std::chrono::nanoseconds worked, const reader_policy& policy);

/// The rhythm of a child's documents. Its interval is asked for, but kept only roughly: what is to be
/// expected is the median of the last ones.
class arrival_rhythm {
public:
  void add(std::chrono::nanoseconds interval);
  /// @returns nothing until three intervals are known.
  std::optional<std::chrono::nanoseconds> expected() const;

private:
  static constexpr std::size_t remembered = 15;
  std::deque<std::chrono::nanoseconds> last_;
};

/// @returns the silence from which on the child has failed. @param has_sent whether it has sent a document.
std::chrono::nanoseconds longest_silence(const arrival_rhythm& rhythm, bool has_sent,
                                         const reader_policy& policy);

} // namespace pmactor
