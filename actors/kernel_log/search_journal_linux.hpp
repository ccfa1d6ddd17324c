// Looks for the journal on a thread of its own: its tool and its files lie on disks that may not answer, and the KERNEL
// LOG waits for none.
#pragma once

#include "actors/kernel_log/program_log.hpp"

#include <functional>
#include <memory>

namespace pmactor {

/// Reads nothing until the search is over, and then what it has found.
class journal_search : public program_log {
public:
  /// @param find may wait for ever; null if there is no journal. Must not throw.
  /// @throws std::system_error if there is no thread to be had.
  explicit journal_search(std::function<std::unique_ptr<program_log>()> find);

  std::vector<program_line> read(const clock_sample& now) override;
  void ask_about_sleep(const clock_sample& began) override;
  std::uint64_t skipped() override;
  bool has_kernel_lines() const override;

private:
  struct shared;

  std::shared_ptr<shared> shared_; ///< Also the thread's.
  std::unique_ptr<program_log> found_;
};

/// Asks the journal now and then for what programs logged. @returns null if there is no thread to be had.
std::unique_ptr<program_log> search_journal();
/// The same, but follows it where we may, for what the kernel logged as well.
std::unique_ptr<program_log> search_journal_to_follow();

} // namespace pmactor
