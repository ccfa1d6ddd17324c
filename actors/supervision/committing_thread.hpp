// Which thread commits the history right now: the witnesses learn by it whether the daemon waits for its disk.
#pragma once

#include <atomic>
#include <cstdint>

namespace pmactor {

/// Written by the one thread that commits, read by any.
class committing_thread {
public:
  /// While it lives, this thread commits.
  class span {
  public:
    span(committing_thread* mark, std::int64_t thread) : mark_(mark) {
      if (mark_ != nullptr)
        mark_->thread_.store(thread, std::memory_order_relaxed);
    }
    ~span() {
      if (mark_ != nullptr)
        mark_->thread_.store(0, std::memory_order_relaxed);
    }
    span(const span&) = delete;
    span& operator=(const span&) = delete;

  private:
    committing_thread* mark_;
  };

  /// @returns the kernel's id of the thread; 0 if none commits.
  std::int64_t thread() const {
    return thread_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::int64_t> thread_{0};
};

} // namespace pmactor
