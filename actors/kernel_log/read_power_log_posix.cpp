#include "actors/host/expendable_thread.hpp"
#include "actors/kernel_log/program_log.hpp"
#include "actors/kernel_log/run_log_tool.hpp"

#include <cstddef>
#include <mutex>
#include <string_view>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto asked_every = 10min;
constexpr auto asked_before = 90s; ///< Lines of so long before the sleep are of it.
constexpr auto longest_answer = 20s;
constexpr std::size_t most_lines = 200;

class power_log_reader final : public program_log {
public:
  explicit power_log_reader(std::string tool) : tool_{std::move(tool)} {
  }

  std::vector<program_line> read(const clock_sample&) override {
    const std::lock_guard held{shared_->lock};
    return std::exchange(shared_->found, {});
  }

  void ask_about_sleep(const clock_sample& began) override {
    if (asked_ != asked_.zero() && began.total - asked_ < asked_every)
      return;
    asked_ = began.total;
    process_order order;
    order.command = {tool_, "-g", "log"};
    job_.start("pm-power-log", [mine = shared_, order = std::move(order), since = began.wall - asked_before] {
      cancellation never;
      run_log_tool(order, longest_answer, never, [&mine, since](std::string_view text) {
        auto line = parse_power_log_line(text);
        if (!line || line->wall < since)
          return;
        const std::lock_guard held{mine->lock};
        if (mine->found.size() < most_lines)
          mine->found.push_back(std::move(*line));
      });
    });
  }

private:
  struct shared {
    std::mutex lock; ///< Held for moments only.
    std::vector<program_line> found;
  };

  std::string tool_;
  std::shared_ptr<shared> shared_ = std::make_shared<shared>(); ///< Also the thread's.
  expendable_job job_;
  std::chrono::nanoseconds asked_{}; ///< On the clock that counts sleep; 0 before.
};

} // namespace

std::unique_ptr<program_log> open_power_log(std::string tool) {
  return std::make_unique<power_log_reader>(std::move(tool));
}

} // namespace pmactor
