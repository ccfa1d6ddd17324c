// The real daemon for a system test: `pmactor run` in a folder of its own, watched through its health
// page, ended with the test whatever happens. Real processes need real time, so here tests may wait: for
// something to become true, never for a time.
#pragma once

#include "app/instance/places.hpp"
#include "app/views/render_health.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pmactor {

/// A user's home that the test does not share with anybody. Sets the XDG variables, TZ and LC_ALL of this
/// process, which its children inherit; so there is one at a time.
struct test_home {
  temporary_folder folder;
  std::filesystem::path data = folder.path / "data";

  test_home();
  places where() const; ///< As `--data` says.
};

/// How a daemon ended.
struct process_end {
  int exit_code = -1; ///< -1 if a signal ended it.
  int signal = 0;
  std::chrono::nanoseconds took{}; ///< From the wait's beginning.
};

/// A running daemon. Its destructor kills it.
class daemon_process {
public:
  /// Starts it; see wait_until_ready().
  /// @param settings TOML; the defaults if empty.
  /// @param arguments for `pmactor run`, behind --data and --config.
  /// @param program a copy of ours, in another place; empty: ours.
  explicit daemon_process(const test_home& home, const std::string& settings = {},
                          const std::vector<std::string>& arguments = {}, const std::string& program = {});
  ~daemon_process();
  daemon_process(const daemon_process&) = delete;
  daemon_process& operator=(const daemon_process&) = delete;

  pid_t pid() const {
    return pid_;
  }

  /// @returns what `inspect` finds out about it now; its verdict is "not running" before there is a page.
  health_view view() const;

  /// @returns the actor's report; nullopt if it is not on the page.
  std::optional<actor_report> actor(const std::string& name) const;

  /// Waits until the view is as wanted.
  /// @returns false if it is not after *patience*, or if the daemon has ended.
  bool wait_until(const std::function<bool(const health_view&)>& wanted,
                  std::chrono::seconds patience = std::chrono::seconds{15}) const;

  /// Waits until all actors run and the first sample is stored.
  /// @throws std::runtime_error with all that the daemon said if that does not come.
  void wait_until_ready() const;

  void send(int signal) const;

  /// Waits for its end. @returns nullopt if it does not come in time.
  std::optional<process_end> wait_for_end(std::chrono::milliseconds patience = std::chrono::seconds{10});

  /// Sends SIGTERM and waits for the end, for 10 s at most.
  std::optional<process_end> stop();

  /// Ends it without a goodbye.
  void kill();

  std::string said() const; ///< Its stdout and stderr.
  std::string log() const;  ///< Its log file.

  /// `pmactor inspect` of it, with these arguments.
  program_result inspect(std::vector<std::string> more = {}) const;

  /// @returns the rows of a query of its database, which is opened read-only.
  std::vector<std::vector<std::string>> query(const std::string& sql) const;

  /// @returns the only value of the only row.
  std::int64_t count(const std::string& sql) const;

private:
  bool has_ended() const;

  places where_;
  std::filesystem::path data_, said_;
  pid_t pid_ = -1; ///< -1 once it was waited for.
};

/// @returns whether it holds within *patience*; asks every 20 ms.
bool soon(const std::function<bool()>& holds, std::chrono::seconds patience = std::chrono::seconds{15});

} // namespace pmactor
