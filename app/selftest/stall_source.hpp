// What the self-test holds up beside the daemon: a disk, a mount, memory or the CPUs, each with a program of its own
// that waits for it, while all else goes on. All of it is gone when its object goes, and also where the self-test is
// killed.
#pragma once

#include "messages/pause.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

class stall_source {
public:
  stall_source() = default;
  virtual ~stall_source() = default;
  stall_source(const stall_source&) = delete;
  stall_source& operator=(const stall_source&) = delete;

  /// From now on its program waits; false lets it go on.
  /// @throws std::runtime_error why it cannot be held up now, as half a sentence; then nothing is.
  virtual void hold(bool held) = 0;
};

struct stall_kind {
  std::string name;
  pause_cause cause; ///< By which the stall is to be called.
  double least, most; ///< Seconds for which it is held.
  /// The beat may be held up as well, for some of the time: then pauses are no wrong report.
  bool may_pause = false;
  /// Takes some tens of milliseconds, and is called before the daemon starts.
  /// @param folder of the self-test's own: what it needs of the file system comes to lie in it.
  /// @throws std::runtime_error why there is none here, as half a sentence.
  std::function<std::unique_ptr<stall_source>(const std::filesystem::path& folder)> make;
};
const std::vector<stall_kind>& stall_kinds();

/// A small file system in a file, frozen as for a snapshot.
std::unique_ptr<stall_source> make_frozen_disk(const std::filesystem::path& folder);
/// A FUSE file system whose server does not answer.
std::unique_ptr<stall_source> make_hanging_mount(const std::filesystem::path& folder);
/// A control group with too little memory.
std::unique_ptr<stall_source> make_short_memory(const std::filesystem::path& folder);
/// A real-time process on each CPU that never rests.
std::unique_ptr<stall_source> make_realtime_hogs(const std::filesystem::path& folder);

} // namespace pmactor
