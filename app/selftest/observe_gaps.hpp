// A witness of the self-test's own: wakes every 10 ms, before all others if it may, and notes when
// it could not. What it missed, the host took from all processes.
#pragma once

#include "app/selftest/score_selftest.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace pmactor {

class gap_observer {
public:
  gap_observer();
  ~gap_observer();
  gap_observer(const gap_observer&) = delete;
  gap_observer& operator=(const gap_observer&) = delete;

  std::vector<observed_gap> gaps();

private:
  void watch();

  std::mutex mutex_; ///< Guards the gaps.
  std::vector<observed_gap> gaps_;
  std::atomic<bool> stopping_{false};
  std::thread thread_; ///< Last: it uses the others.
};

} // namespace pmactor
