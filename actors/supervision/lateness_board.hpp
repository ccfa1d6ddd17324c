// How late the witnesses were goes from one actor to another without a message.
#pragma once

#include "messages/lateness.hpp"

#include <mutex>
#include <utility>

namespace pmactor {

/// Where the WITNESS KEEPER leaves what it reads each second, and the STRESS SCORER takes it for the next sample. Kept
/// by the topology. Any thread may call it; none waits long.
class lateness_board {
public:
  void note(const lateness& x) {
    const std::lock_guard lock{mutex_};
    worst_.add(x);
  }
  /// @returns the worst since it was last taken.
  lateness take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(worst_, {});
  }

private:
  std::mutex mutex_;
  lateness worst_;
};

} // namespace pmactor
