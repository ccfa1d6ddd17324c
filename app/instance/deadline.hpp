// Ends the process when an orderly end takes too long: a disk that hangs, a handler that never returns.
#pragma once

#include "actors/supervision/health_page.hpp"
#include "app/instance/runtime_files.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

namespace pmactor {

/// What the page says of a daemon that was asked to end, and did not in time.
inline constexpr std::string_view forced_end =
  "ended by force, as an orderly end took too long (a disk that hangs?); what was not stored yet is lost";

/// What was committed stays committed, and the sampler child ends when it finds itself alone. A forced end is a
/// failure: what was not committed is lost, and nothing can say how much that is while its owner hangs.
/// Its thread waits from the start on: when the daemon is to end there may be none to be had.
class deadline {
public:
  deadline(health_page& page, runtime_files* files);
  /// The end came in time.
  ~deadline();
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;

  /// From now on there is so much time. Only the first call counts.
  /// @param failed the daemon ends because it cannot go on: the page keeps the words of the SUPERVISOR.
  void arm(std::chrono::milliseconds patience, bool failed);

private:
  void run();

  health_page& page_;
  runtime_files* files_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool in_time_ = false, failed_ = false;
  std::optional<std::chrono::steady_clock::time_point> until_;
  std::thread thread_; ///< The last member: it uses the others.
};

} // namespace pmactor
