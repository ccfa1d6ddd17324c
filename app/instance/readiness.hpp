// Reports how the daemon is getting on to what started it: to `pmactor start` by a pipe, to systemd by its
// notification socket (sd_notify(3), whose protocol is a datagram of a few words). What it reports
// is decided in decide_readiness.
#pragma once

#include "app/instance/decide_readiness.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>

namespace pmactor {

/// The environment variable that holds the descriptor of the pipe's writing end.
inline constexpr const char* ready_variable = "PMACTOR_READY_FD";
/// What is written to the pipe once the first sample is stored, and how the run before ended, unless that takes long.
inline constexpr char ready_word = 'R';

/// Takes its orders from the environment, and out of it, so that no child inherits them.
class readiness {
public:
  /// @param last_words the file that takes what is written to stdout and stderr once `pmactor
  /// start` has gone: the words of a crash.
  explicit readiness(std::filesystem::path last_words);
  ~readiness();
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;

  /// Whether `pmactor start` waits for it.
  bool has_starter() const {
    return pipe_ >= 0;
  }
  /// To be called once a second; never waits. From one thread at a time.
  void on_pulse(const progress& x);
  /// The daemon begins to end.
  void stopping();
  /// It takes up new settings; it has done so, or keeps the old ones. From any thread.
  void reloading() const;
  void reloaded() const;

private:
  void notify(const std::string& words) const;
  void let_go_of_starter();

  std::filesystem::path last_words_;
  int pipe_ = -1;
  int socket_ = -1;
  std::chrono::nanoseconds watchdog_{}; ///< Zero: there is no watchdog.
  std::atomic<bool> ready_{false};
  int pulses_without_past_ = 0; ///< In which all but the past was stored.
  std::string status_; ///< As last reported.
};

} // namespace pmactor
