#include "app/witness/watch_pressure.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Hysteresis: a thrash lets go now and then.
constexpr double high = 0.5;
constexpr double low = 0.25;
constexpr double lowest = 0.05; ///< With something else that shows that it goes on.
/// The kernel adds to the totals at a task's next change of state, or at its own averaging, every 2
/// s.
constexpr nanoseconds uncertainty = 100ms;

} // namespace

std::optional<silence> pressure_watch::look(nanoseconds total, nanoseconds now, bool goes_on) {
  const auto before = std::exchange(last_, total);
  const auto began = std::exchange(last_at_, now);
  const auto window = now - began;
  const auto held_before = std::exchange(held_, nanoseconds{});
  const auto share_before = std::exchange(share_, 0.0);
  if (!before || window <= nanoseconds{} || total < *before) {
    high_.reset();
    return std::nullopt;
  }
  const auto held = held_ = std::min(total - *before, window);
  share_ = static_cast<double>(held.count()) / static_cast<double>(window.count());
  if (!high_) {
    // It rose in the window before, where that was pressed at its end for long enough to keep high pressure up.
    if (share_ >= high)
      high_ = silence{share_before >= low ? began - held_before : now - held, std::nullopt, uncertainty};
    return high_;
  }
  if (share_ >= (goes_on ? lowest : low))
    return high_;
  auto result = std::exchange(high_, std::nullopt);
  result->ended = std::max(began + held, result->began);
  return result;
}

} // namespace pmactor
