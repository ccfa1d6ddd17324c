// The counters of the control group that this process is in, by descriptors that stay open, and
// follows the process when it is moved to another group. Finding a group allocates and may wait for
// the kernel's lock on all groups, so that is done by another thread than the one that reads.
#pragma once

#include "messages/pause.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

class group_counters {
public:
  group_counters();
  ~group_counters();
  group_counters(const group_counters&) = delete;
  group_counters& operator=(const group_counters&) = delete;

  // ---- by the thread that beats
  /// Takes over what follow() found, if it found anything.
  void catch_up();
  void read_quick(beat_counters& x) const;
  /// The CPU quota only.
  void read_quota(beat_counters& x);
  /// All else that is read once a second.
  void read_slow(beat_counters& x);

  // ---- by one other thread
  /// Looks where the process is now. @returns its groups as the kernel lists them, if it was moved.
  std::optional<std::string> follow();

  /// What this host does not count, in words. Before the threads start.
  std::vector<std::string> absent() const;

private:
  struct files;
  struct handover;
  std::unique_ptr<files> files_; ///< The beat's.
  std::unique_ptr<handover> next_;
};

} // namespace pmactor
