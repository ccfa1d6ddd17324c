#include "actors/kernel_log/log_clock.hpp"

#include <algorithm>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr auto remembered = 1h;
constexpr auto stretch = 1min; ///< Of which the least is kept.
/// The log is read once a second: as long as no line was read that late or later the clocks may be
/// the same.
constexpr auto read_within = 1500ms;

} // namespace

std::chrono::nanoseconds log_clock::place(nanoseconds logged, nanoseconds now) {
  const auto ahead = now - logged;
  if (!seen_.empty() && now - seen_.back().at < stretch)
    seen_.back().ahead = std::min(seen_.back().ahead, ahead);
  else
    seen_.push_back({now, ahead});
  while (now - seen_.front().at > remembered)
    seen_.pop_front();
  auto least = ahead;
  for (const auto& x : seen_)
    least = std::min(least, x.ahead);
  if (least >= nanoseconds{} && least <= read_within)
    least = nanoseconds{};
  return std::min(now, logged + least);
}

} // namespace pmactor
