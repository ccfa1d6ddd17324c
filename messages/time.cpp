#include "messages/time.hpp"

#include <cstdint>

namespace pmactor {

std::string to_words(std::chrono::nanoseconds x) {
  using namespace std::chrono_literals;
  // Counted as unsigned, so that even the most negative length has an absolute value.
  const auto negative = x < 0ns;
  const auto ns = negative ? 0 - static_cast<std::uint64_t>(x.count()) : static_cast<std::uint64_t>(x.count());
  const auto us = ns / 1'000, ms = us / 1'000, s = ms / 1'000, min = s / 60, h = min / 60, d = h / 24;
  const auto say = [negative](std::uint64_t count, const char* unit, std::uint64_t rest = 0,
                              const char* rest_unit = "") {
    auto result = (negative ? "-" : "") + std::to_string(count) + ' ' + unit;
    return rest == 0 ? result : result + ' ' + std::to_string(rest) + ' ' + rest_unit;
  };
  if (us < 1'000)
    return say(us, "µs");
  if (ms < 1'000)
    return say(ms, "ms");
  if (s < 10)
    return (negative ? "-" : "") + std::to_string(s) + '.' + std::to_string(ms / 100 % 10) + " s";
  if (s < 60)
    return say(s, "s");
  if (min < 60)
    return say(min, "min", s % 60, "s");
  if (h < 24)
    return say(h, "h", min % 60, "min");
  return say(d, "d", h % 24, "h");
}

std::string to_string(const clock_sample& x) {
  return "clock_sample{awake " + std::to_string(to_seconds(x.awake)) + " s, total "
         + std::to_string(to_seconds(x.total)) + " s, wall " + std::to_string(to_seconds(x.wall)) + " s}";
}

std::string to_string(const gap& x) {
  return "gap{" + std::to_string(to_seconds(x.length)) + " s}";
}

} // namespace pmactor
