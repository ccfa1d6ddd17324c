// Tells whoever started the daemon how it is getting on: `pmactor start` by a pipe, systemd by its
// notification socket (sd_notify(3), whose protocol is a datagram of a few words).
#pragma once

#include "actors/supervision/health_page.hpp"
#include "actors/supervision/lived_clock.hpp"
#include "actors/supervision/watch_handlers.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace pmactor {

/// The environment variable that holds the descriptor of the pipe's writing end.
inline constexpr const char* ready_variable = "PMACTOR_READY_FD";
/// What is written to the pipe once the first sample is stored.
inline constexpr char ready_word = 'R';

/// @returns whether a watchdog may be content: every child without which the daemon cannot go on is
/// up, or about to be, and none has been in one handler for longer than *patience* of lived time.
/// Pure.
/// @param handlers what earlier calls, once a second, have seen of the handlers.
/// @param lived the lived clock.
bool is_core_healthy(const health_page& page, handler_watch& handlers, std::chrono::nanoseconds lived,
                     std::chrono::nanoseconds patience);

/// @returns the state of the daemon in a few words for `systemctl status`. Pure.
std::string status_words(const health_page& page);

/// Takes its orders from the environment, and out of it, so that no child inherits them.
class readiness {
public:
  /// @param last_words the file that takes what is written to stdout and stderr once `pmactor
  /// start` has gone: the words of a crash.
  explicit readiness(std::filesystem::path last_words);
  ~readiness();
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;

  /// To be called once a second; never waits. From one thread at a time.
  void on_pulse(const health_page& page, const lived_clock& lived);
  /// The daemon begins to end.
  void stopping();
  /// It takes up new settings, and has done so.
  void reloading();
  void reloaded();

private:
  void notify(const std::string& words) const;
  void let_go_of_starter();

  std::filesystem::path last_words_;
  int pipe_ = -1;
  int socket_ = -1;
  std::chrono::nanoseconds watchdog_{}; ///< Zero: nobody watches.
  handler_watch handlers_;
  bool ready_ = false;
  std::string told_;
};

} // namespace pmactor
