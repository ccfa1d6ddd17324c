// Follows the journal where the kernel's own log cannot be read: its members of adm or
// systemd-journal may read there what the kernel logs. One child runs for it all the time, and
// has the lines of programs too.
#pragma once

#include "actors/host/expendable_thread.hpp"
#include "actors/kernel_log/program_log.hpp"

#include <string>

namespace pmactor {

class journal_follower : public program_log {
public:
  /// @param tool the path of journalctl, or of what a test has in its place.
  explicit journal_follower(std::string tool);
  ~journal_follower() override;

  std::vector<program_line> read(const clock_sample& now) override;
  std::uint64_t skipped() override;
  bool has_kernel_lines() const override {
    return true;
  }

  static constexpr std::size_t most_lines = 4000; ///< That wait to be read.

private:
  struct shared;

  void start(const clock_sample& now);

  std::string tool_;
  std::shared_ptr<shared> shared_; ///< Also the thread's.
  expendable_job job_;
  std::chrono::nanoseconds started_{}; ///< On the awake clock; 0 before.
};

/// Waits for the disks on which the journal lies.
/// @returns null where there is no journal, or we may not read what the system logged.
std::unique_ptr<program_log> follow_host_journal();

} // namespace pmactor
