#include "actors/kernel_log/read_journal_linux.hpp"

#include "actors/host/parse_numbers.hpp"
#include "actors/host/run_process.hpp"
#include "actors/kernel_log/is_memory_short.hpp"
#include "messages/words.hpp"

#include <array>
#include <exception>
#include <mutex>
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
constexpr std::size_t most_bytes = 64 << 10;

/// @returns what the tool wrote, as far as there is room; empty if it cannot be run.
std::string answer_of(const std::vector<std::string>& command) {
  std::string result;
  std::array<char, 4096> room{};
  process_order order;
  order.command = command;
  order.environment = {"LC_ALL=C"};
  order.as_a = process_order::rank::yielding;
  order.leaves_core = false;
  run_terms terms;
  terms.limit = longest_answer;
  terms.out.room = [&] { return std::span<char>{room}; };
  terms.out.arrived = [&](std::size_t count) {
    if (result.size() < most_bytes)
      result.append(room.data(), count);
  };
  terms.err.room = [&] { return std::span<char>{room}; };
  terms.err.arrived = [](std::size_t) {};
  try {
    cancellation never;
    run_process(std::move(order), std::move(terms), never);
  } catch (const std::exception&) { // no process to be had; it is asked again
    result.clear();
  }
  return result;
}

} // namespace

struct journal_reader::shared {
  std::mutex lock; ///< Held for moments only.
  std::vector<program_line> found;
  nanoseconds newest{}; ///< Of the lines that were found, on the wall clock.
};

journal_reader::journal_reader(std::string tool)
  : tool_{std::move(tool)}, shared_{std::make_shared<shared>()} {
}

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
    const auto text = answer_of(command);
    const std::lock_guard held{mine->lock};
    auto newest = mine->newest;
    for (std::string_view rest{text}; !rest.empty();)
      if (auto line = parse_journal_line(take_line(rest)); line && line->wall > mine->newest) {
        newest = std::max(newest, line->wall);
        mine->found.push_back(std::move(*line));
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
    const auto text = answer_of(command);
    const std::lock_guard held{mine->lock};
    for (std::string_view rest{text}; !rest.empty();)
      if (auto line = parse_journal_line(take_line(rest)))
        mine->found.push_back(std::move(*line));
  });
}

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
