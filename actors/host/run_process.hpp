// Runs a process from its start until it is reaped: gives it its input, takes what it writes, and ends it
// with all that it started when its time is up or another thread wants it.
#pragma once

#include "actors/host/owned_pipe.hpp"
#include "actors/host/start_process.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>

namespace pmactor {

/// By which other threads end what run_process() runs. It holds for good: what was not begun never is.
/// Outlives the run.
class cancellation {
public:
  /// @throws std::system_error
  cancellation();
  cancellation(const cancellation&) = delete;
  cancellation& operator=(const cancellation&) = delete;

  /// Asks the process to end; it is ended by force after its grace.
  void stop();
  /// Ends it by force now. Never waits.
  void kill();
  bool is_requested() const;

private:
  friend class process_run;
  mutable std::mutex mutex_;
  running_process* running_ = nullptr;
  bool stopped_ = false, killed_ = false;
  owned_pipe wake_;
};

/// Where the bytes of a stream go.
struct byte_sink {
  /// @returns where the next ones belong; empty to leave them where they are for a moment.
  std::function<std::span<char>()> room;
  std::function<void(std::size_t)> arrived;
};

/// What a process is run with. Everything is called on the thread that runs it.
struct run_terms {
  static constexpr auto unlimited = std::chrono::nanoseconds::max();

  byte_sink out; ///< Its standard output; without a sink it goes nowhere.
  byte_sink err; ///< Its standard error; without a sink it goes where the output goes.
  std::string input; ///< On standard input; what exceeds a pipe's room is cut off.
  std::chrono::nanoseconds limit = unlimited; ///< Until it is asked to end.
  std::chrono::nanoseconds grace = std::chrono::milliseconds{500};  ///< From then until force.
  std::chrono::nanoseconds patience = std::chrono::seconds{1};      ///< From force until it is left behind.
  std::chrono::nanoseconds look_period = std::chrono::seconds{1};   ///< Of *looked*, and of stops.
  /// Called once a period at least. @returns false to ask it to end.
  std::function<bool()> looked;
  std::function<void(pid_t)> begun;       ///< It has become the program.
  std::function<void(int signal)> stopped;
  std::function<void()> continued;
  std::function<void()> closed; ///< It has closed its output, and goes on.
};

struct run_end : process_exit {
  bool timed_out = false; ///< Its limit was over.
  bool refused = false;   ///< *looked* wanted its end.
  std::exception_ptr failure; ///< What one of the functions threw, which ended it.
  bool cancelled = false;
  bool begun = false;
  std::chrono::nanoseconds took{};
};

/// Waits for the end of a process, but not beyond its limit, grace and patience.
/// @param order its in, out and err are not looked at.
/// @throws std::system_error if there is no process to be had.
run_end run_process(process_order order, run_terms terms, cancellation& cancel);

} // namespace pmactor
