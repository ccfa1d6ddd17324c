#include "actors/kernel_log/read_journal_linux.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/kernel_log/is_memory_short.hpp"
#include "actors/kernel_log/run_log_tool.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto short_for = 40s; ///< After it was the last time.
constexpr auto asked_every = 10s;
constexpr auto longest_answer = 10s;
constexpr auto overlap = 5s; ///< The journal has a line a little after it was logged.
constexpr std::size_t most_lines = 200; ///< Of one answer.

/// @returns what the tool has, oldest first, as far as there is room; nothing if it cannot be run.
std::vector<program_line> answer_of(std::vector<std::string> command) {
  std::vector<program_line> result;
  process_order order;
  order.command = std::move(command);
  cancellation never;
  run_log_tool(std::move(order), longest_answer, never, [&result](std::string_view text) {
    if (result.size() < most_lines)
      if (auto line = parse_journal_line(text))
        result.push_back(std::move(*line));
  });
  return result;
}

class journal_reader final : public program_log {
public:
  /// @param tool the path of journalctl.
  explicit journal_reader(std::string tool) : tool_{std::move(tool)} {
  }
  std::vector<program_line> read(const clock_sample& now) override;
  void ask_about_sleep(const clock_sample& began) override;

private:
  struct shared {
    std::mutex lock; ///< Held for moments only.
    std::vector<program_line> found;
    nanoseconds newest{}; ///< Of the lines that were found, on the wall clock.
  };

  void ask(const clock_sample& now);

  std::string tool_;
  kept_file pressure_{"/proc/pressure/memory"}, meminfo_{"/proc/meminfo"};
  nanoseconds short_until_{}, asked_{};                          ///< On the awake clock.
  std::shared_ptr<shared> shared_ = std::make_shared<shared>(); ///< Also the thread's.
  expendable_job job_, sleep_job_;
};

std::vector<program_line> journal_reader::read(const clock_sample& now) {
  std::array<char, 512> pressure_room{};
  std::array<char, 4096> room{};
  const auto pressure = pressure_.read(pressure_room);
  if (is_memory_short(pressure, pressure.empty() ? meminfo_.read(room) : std::string_view{}))
    short_until_ = now.awake + short_for;
  if (now.awake < short_until_ && now.awake - asked_ >= asked_every)
    ask(now);
  const std::lock_guard held{shared_->lock};
  return std::exchange(shared_->found, {});
}

void journal_reader::ask(const clock_sample& now) {
  asked_ = now.awake;
  const auto since = now.wall - asked_every - overlap;
  std::vector<std::string> command{tool_,
                                   "--quiet",
                                   "--no-pager",
                                   "--output=short-unix",
                                   "--identifier=systemd-oomd",
                                   "--identifier=earlyoom",
                                   "--since=@" + printed("%.3f", to_seconds(since))};
  job_.start("pm-journal", [mine = shared_, command = std::move(command)] {
    auto lines = answer_of(command);
    const std::lock_guard held{mine->lock};
    auto newest = mine->newest;
    for (auto& line : lines)
      if (line.wall > mine->newest) {
        newest = std::max(newest, line.wall);
        mine->found.push_back(std::move(line));
      }
    mine->newest = newest;
  });
}

void journal_reader::ask_about_sleep(const clock_sample& began) {
  constexpr auto asked_before = 90s;
  std::vector<std::string> command{tool_,
                                   "--quiet",
                                   "--no-pager",
                                   "--output=short-unix",
                                   "--since=@"
                                     + printed("%.3f", to_seconds(began.wall - asked_before)),
                                   "_SYSTEMD_UNIT=systemd-logind.service"};
  sleep_job_.start("pm-journal", [mine = shared_, command = std::move(command)] {
    auto lines = answer_of(command);
    const std::lock_guard held{mine->lock};
    std::move(lines.begin(), lines.end(), std::back_inserter(mine->found));
  });
}

} // namespace

std::string find_journal_tool() {
  if (::access("/run/systemd/journal", F_OK) == 0)
    for (const char* tool : {"/usr/bin/journalctl", "/bin/journalctl"})
      if (::access(tool, X_OK) == 0)
        return tool;
  return {};
}

std::unique_ptr<program_log> open_journal() {
  auto tool = find_journal_tool();
  return tool.empty() ? nullptr : std::make_unique<journal_reader>(std::move(tool));
}

} // namespace pmactor
