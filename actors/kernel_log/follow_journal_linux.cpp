#include "actors/kernel_log/follow_journal_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "actors/kernel_log/read_journal_linux.hpp"
#include "actors/kernel_log/run_log_tool.hpp"

#include <mutex>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto started_again_after = 30s;

} // namespace

struct journal_follower::shared {
  std::mutex lock; ///< Held for moments only.
  std::vector<program_line> found;
  std::uint64_t skipped = 0;
  cancellation cancel;
};

journal_follower::journal_follower(std::string tool)
  : tool_{std::move(tool)}, shared_{std::make_shared<shared>()} {
}

journal_follower::~journal_follower() {
  shared_->cancel.kill();
}

std::vector<program_line> journal_follower::read(const clock_sample& now) {
  if (started_ == started_.zero() || now.awake - started_ >= started_again_after)
    start(now);
  const std::lock_guard held{shared_->lock};
  return std::exchange(shared_->found, {});
}

std::uint64_t journal_follower::skipped() {
  const std::lock_guard held{shared_->lock};
  return shared_->skipped;
}

/// Starts the child, unless it runs.
void journal_follower::start(const clock_sample& now) {
  started_ = now.awake;
  // By fields that the journal itself knows to be true, and no program can claim.
  process_order order;
  order.command = {tool_,
                   "--quiet",
                   "--no-pager",
                   "--follow",
                   "--lines=0",
                   "--output=short-unix",
                   "_TRANSPORT=kernel"};
  for (const char* unit : {"systemd-oomd.service", "earlyoom.service", "systemd-logind.service"}) {
    order.command.emplace_back("+");
    order.command.push_back(std::string{"_SYSTEMD_UNIT="} + unit);
  }
  order.ends_with_us = true;
  job_.start("pm-journal", [mine = shared_, order = std::move(order)] {
    run_log_tool(order, run_terms::unlimited, mine->cancel, [&mine](std::string_view text) {
      const std::lock_guard held{mine->lock};
      if (mine->found.size() >= most_lines)
        ++mine->skipped;
      else if (auto line = parse_journal_line(text))
        mine->found.push_back(std::move(*line));
    });
  });
}

std::unique_ptr<program_log> follow_host_journal() {
  auto tool = find_journal_tool();
  if (tool.empty())
    return nullptr;
  // Without the right the tool shows what our own programs logged, and nothing of the system.
  for (const char* folder : {"/var/log/journal", "/run/log/journal"})
    for (const auto& machine : list_entries(folder))
      if (::access((machine / "system.journal").c_str(), R_OK) == 0) {
        try {
          return std::make_unique<journal_follower>(std::move(tool));
        } catch (const std::system_error&) { // too many files are open
          return nullptr;
        }
      }
  return nullptr;
}

} // namespace pmactor
