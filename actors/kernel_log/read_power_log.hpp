// Asks macOS after a sleep why it was: `pmset -g log`, which is large and slow, and so is run for sleeps
// that lasted, not for each short wake of the night.
#pragma once

#include "actors/host/expendable_thread.hpp"
#include "actors/kernel_log/program_log.hpp"

#include <string>

namespace pmactor {

class power_log_reader : public program_log {
public:
  /// @param tool the path of pmset, or of what a test has in its place.
  explicit power_log_reader(std::string tool);

  std::vector<program_line> read(const clock_sample& now) override;
  void ask_about_sleep(const clock_sample& began) override;

private:
  struct shared;

  std::string tool_;
  std::shared_ptr<shared> shared_; ///< Also the thread's.
  expendable_job job_;
  std::chrono::nanoseconds asked_{}; ///< On the clock that counts sleep; 0 before.
};

} // namespace pmactor
