#include "actors/kernel_log/read_power_log.hpp"

#include "actors/host/run_process.hpp"

#include <array>
#include <exception>
#include <mutex>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto asked_every = 10min;
constexpr auto asked_before = 90s; ///< Lines of so long before the sleep are of it.
constexpr auto longest_answer = 20s;
constexpr std::size_t longest_line = 1024;
constexpr std::size_t most_lines = 200;

} // namespace

struct power_log_reader::shared {
  std::mutex lock; ///< Held for moments only.
  std::vector<program_line> found;
};

power_log_reader::power_log_reader(std::string tool)
  : tool_{std::move(tool)}, shared_{std::make_shared<shared>()} {
}

std::vector<program_line> power_log_reader::read(const clock_sample&) {
  const std::lock_guard held{shared_->lock};
  return std::exchange(shared_->found, {});
}

void power_log_reader::ask_about_sleep(const clock_sample& began) {
  if (asked_ != asked_.zero() && began.total - asked_ < asked_every)
    return;
  asked_ = began.total;
  job_.start("pm-power-log", [mine = shared_, tool = tool_, since = began.wall - asked_before] {
    std::array<char, 8192> room{};
    std::string line;
    process_order order;
    order.command = {tool, "-g", "log"};
    order.environment = {"LC_ALL=C"};
    order.as_a = process_order::rank::yielding;
    order.leaves_core = false;
    run_terms terms;
    terms.limit = longest_answer;
    terms.out.room = [&] { return std::span<char>{room}; };
    terms.out.arrived = [&](std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        if (room[i] != '\n') {
          if (line.size() < longest_line)
            line += room[i];
          continue;
        }
        if (auto one = parse_power_log_line(line); one && one->wall >= since) {
          const std::lock_guard held{mine->lock};
          if (mine->found.size() < most_lines)
            mine->found.push_back(std::move(*one));
        }
        line.clear();
      }
    };
    std::array<char, 256> unread{};
    terms.err.room = [&] { return std::span<char>{unread}; };
    terms.err.arrived = [](std::size_t) {};
    try {
      cancellation never;
      run_process(std::move(order), std::move(terms), never);
    } catch (const std::exception&) { // no process to be had; the next sleep is asked about
    }
  });
}

} // namespace pmactor
