// Asks the journal for what systemd-oomd and earlyoom logged, and after a sleep for why it was. It
// costs a program to be run, and so is done only while memory is short or was a moment ago:
// otherwise they have nothing to kill.
#pragma once

#include "actors/host/expendable_thread.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/kernel_log/program_log.hpp"

#include <string>

namespace pmactor {

class journal_reader : public program_log {
public:
  /// @param tool the path of journalctl.
  explicit journal_reader(std::string tool);
  std::vector<program_line> read(const clock_sample& now) override;
  void ask_about_sleep(const clock_sample& began) override;

private:
  struct shared;

  void ask(const clock_sample& now);

  std::string tool_;
  kept_file pressure_{"/proc/pressure/memory"}, meminfo_{"/proc/meminfo"};
  std::chrono::nanoseconds short_until_{}, asked_{}; ///< On the awake clock.
  std::shared_ptr<shared> shared_;                   // also the thread's
  expendable_job job_, sleep_job_;
};

/// @returns the path of journalctl; empty where there is no journal.
std::string find_journal_tool();

/// @returns null where there is no journal.
std::unique_ptr<program_log> open_journal();

} // namespace pmactor
