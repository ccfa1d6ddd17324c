// Which thread commits the history right now, for who feels the disk by it.
#pragma once

#include <atomic>
#include <cstdint>

namespace pmactor {

/// Written by the one thread that commits, read by any.
class commit_word {
public:
  /// While it lives, this thread commits.
  class span {
  public:
    span(commit_word* word, std::int64_t thread) : word_(word) {
      if (word_ != nullptr)
        word_->thread_.store(thread, std::memory_order_relaxed);
    }
    ~span() {
      if (word_ != nullptr)
        word_->thread_.store(0, std::memory_order_relaxed);
    }
    span(const span&) = delete;
    span& operator=(const span&) = delete;

  private:
    commit_word* word_;
  };

  /// @returns the kernel's id of the thread; 0 if none commits.
  std::int64_t thread() const {
    return thread_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::int64_t> thread_{0};
};

} // namespace pmactor
