#include "actors/kernel_log/search_journal_linux.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/kernel_log/follow_journal_linux.hpp"
#include "actors/kernel_log/read_journal_linux.hpp"

#include <mutex>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

std::unique_ptr<program_log> begin_search(std::function<std::unique_ptr<program_log>()> find) {
  try {
    return std::make_unique<journal_search>(std::move(find));
  } catch (const std::system_error&) { // nor is there one to be had for the tool
    return nullptr;
  }
}

} // namespace

struct journal_search::shared {
  std::mutex lock; ///< Held for moments only.
  std::unique_ptr<program_log> found;
};

journal_search::journal_search(std::function<std::unique_ptr<program_log>()> find)
  : shared_{std::make_shared<shared>()} {
  start_expendable("pm-journal", [mine = shared_, find = std::move(find)] {
    auto found = find();
    const std::lock_guard held{mine->lock};
    mine->found = std::move(found);
  });
}

std::vector<program_line> journal_search::read(const clock_sample& now) {
  if (!found_) {
    const std::lock_guard held{shared_->lock};
    found_ = std::move(shared_->found);
  }
  return found_ ? found_->read(now) : std::vector<program_line>{};
}

void journal_search::ask_about_sleep(const clock_sample& began) {
  if (found_)
    found_->ask_about_sleep(began);
}

std::uint64_t journal_search::skipped() {
  return found_ ? found_->skipped() : 0;
}

bool journal_search::has_kernel_lines() const {
  return found_ && found_->has_kernel_lines();
}

std::unique_ptr<program_log> search_journal() {
  return begin_search(open_journal);
}

std::unique_ptr<program_log> search_journal_to_follow() {
  return begin_search([] {
    auto result = follow_host_journal();
    return result ? std::move(result) : open_journal();
  });
}

} // namespace pmactor
