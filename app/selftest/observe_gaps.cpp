#include "app/selftest/observe_gaps.hpp"

#include "actors/host/process_facts.hpp"
#include "app/selftest/inflict_pauses.hpp"

namespace pmactor {

gap_observer::gap_observer() : thread_{[this] { watch(); }} {
}

gap_observer::~gap_observer() {
  stopping_.store(true);
  thread_.join();
}

std::vector<observed_gap> gap_observer::gaps() {
  std::lock_guard guard{mutex_};
  return gaps_;
}

void gap_observer::watch() {
  using namespace std::chrono_literals;
  outrank_everyone();
  auto last = read_clocks();
  while (!stopping_.load()) {
    std::this_thread::sleep_for(10ms);
    const auto now = read_clocks();
    if (now.total - last.total > 100ms) {
      std::lock_guard guard{mutex_};
      gaps_.push_back({to_seconds(last.wall), to_seconds(now.wall)});
    }
    last = now;
  }
}

} // namespace pmactor
