#include "app/instance/deadline.hpp"

#include "app/command_line/exit_codes.hpp"

#include <unistd.h>

namespace pmactor {

deadline::deadline(health_page& page, runtime_files* files)
  : page_(page), files_(files), thread_{[this] { run(); }} {
}

deadline::~deadline() {
  {
    std::lock_guard guard{mutex_};
    in_time_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void deadline::arm(std::chrono::milliseconds patience, bool failed) {
  {
    std::lock_guard guard{mutex_};
    if (until_)
      return;
    until_ = std::chrono::steady_clock::now() + patience;
    failed_ = failed;
  }
  wake_.notify_one();
}

void deadline::run() {
  std::unique_lock lock{mutex_};
  wake_.wait(lock, [this] { return until_ || in_time_; });
  if (in_time_ || wake_.wait_until(lock, *until_, [this] { return in_time_; }))
    return;
  // Not to the log: it may lie on the disk that hangs.
  if (!failed_)
    page_.last_words.write(forced_end);
  page_.phase.store(daemon_phase::failed);
  if (files_ != nullptr)
    files_->remove_pid_file();
  ::_exit(failed_ ? exit_failed : exit_lossy);
}

} // namespace pmactor
