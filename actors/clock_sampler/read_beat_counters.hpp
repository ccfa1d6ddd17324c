// Reads the counters of a beat from the host, by descriptors that stay open. Reading
// allocates nothing, writes nothing, and takes tens of microseconds.
#pragma once

#include "messages/pause.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// Not for use by two threads, but for follow_groups(). Counters of "its own thread" are those of
/// the thread that made it.
class beat_counter_reader {
public:
  beat_counter_reader();
  ~beat_counter_reader();
  beat_counter_reader(const beat_counter_reader&) = delete;
  beat_counter_reader& operator=(const beat_counter_reader&) = delete;

  /// Reads what is read at every beat, into *x*; leaves the rest of it alone.
  void read_quick(beat_counters& x);
  /// Reads the rest. @returns false if the thread was held up amid reading, so that the values are of no one
  /// moment; *x* is then as it was, but of a beat that came *late* has them all the same.
  bool read_slow(beat_counters& x, bool late);
  /// Looks whether the process was moved to another control group, and follows it there; the
  /// counters of that group are read from the next reading on. For one thread beside the one that
  /// reads.
  /// @returns the new membership as the kernel lists it, if it was moved.
  std::optional<std::string> follow_groups();
  /// @returns what this host does not count, in words, e.g. "the CPU quota of the control group".
  std::vector<std::string> absent() const;
  /// @returns the memory that reading touches, to be locked.
  std::vector<std::pair<const void*, std::size_t>> memory() const;

private:
  struct files;
  std::unique_ptr<files> files_;
};

} // namespace pmactor
