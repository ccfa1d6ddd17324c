// Children that did not even end by force, e.g. in the middle of a disk that does not answer.
#pragma once

#include <mutex>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// They are reaped when another process is started; none waits for them. Any thread may call.
class abandoned_children {
public:
  void add(pid_t pid);
  void reap();

  /// Those of this process.
  static abandoned_children& all();

private:
  std::mutex mutex_;
  std::vector<pid_t> pids_;
};

} // namespace pmactor
