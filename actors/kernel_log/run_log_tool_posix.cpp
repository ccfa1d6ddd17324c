#include "actors/kernel_log/run_log_tool.hpp"

#include <array>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t longest_line = 2048;

/// Splits what a tool writes into lines.
class line_splitter {
public:
  std::span<char> room() {
    return room_;
  }
  void arrived(std::size_t count, const std::function<void(std::string_view)>& each) {
    for (std::size_t i = 0; i < count; ++i)
      if (room_[i] == '\n') {
        each(line_);
        line_.clear();
      } else if (line_.size() < longest_line) {
        line_ += room_[i];
      }
  }

private:
  std::array<char, 8192> room_{};
  std::string line_;
};

} // namespace

void run_log_tool(process_order order, std::chrono::nanoseconds limit, cancellation& cancel,
                  const std::function<void(std::string_view)>& each) {
  order.environment = {"LC_ALL=C"};
  order.as_a = process_order::rank::yielding;
  order.leaves_core = false;
  line_splitter lines;
  std::array<char, 1024> unread{};
  run_terms terms;
  terms.limit = limit;
  terms.out.room = [&] { return lines.room(); };
  terms.out.arrived = [&](std::size_t count) { lines.arrived(count, each); };
  terms.err.room = [&] { return std::span<char>{unread}; };
  terms.err.arrived = [](std::size_t) {};
  try {
    run_process(std::move(order), std::move(terms), cancel);
  } catch (const std::exception&) { // no process to be had
  }
}

} // namespace pmactor
