#include "messages/words.hpp"

#include "messages/time.hpp"
#include "messages/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <ctime>

namespace pmactor {

std::string printed(const char* format, ...) {
  std::array<char, 256> room{};
  va_list values;
  va_start(values, format);
  const auto length = std::vsnprintf(room.data(), room.size(), format, values);
  va_end(values);
  return {room.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), room.size() - 1)};
}

std::string spelled(std::chrono::nanoseconds x) {
  constexpr std::chrono::milliseconds about_a_minute{59'950};
  if (x >= about_a_minute || x <= -about_a_minute)
    return to_words(std::chrono::round<std::chrono::seconds>(x));
  if (x < std::chrono::nanoseconds::zero())
    return "-" + spelled(-x);
  const double seconds = to_seconds(x);
  if (seconds < 0.00095)
    return printed("%.0f µs", seconds * 1e6);
  if (seconds < 0.00995)
    return printed("%.1f ms", seconds * 1e3);
  if (seconds < 0.9995)
    return printed("%.0f ms", seconds * 1e3);
  if (seconds < 9.995)
    return printed("%.2f s", seconds);
  return printed("%.1f s", seconds);
}

std::string to_words(std::chrono::nanoseconds x) {
  using namespace std::chrono_literals;
  // Counted as unsigned, so that even the most negative length has an absolute value.
  const auto negative = x < 0ns;
  const auto ns =
    negative ? 0 - static_cast<std::uint64_t>(x.count()) : static_cast<std::uint64_t>(x.count());
  const auto us = ns / 1'000, ms = us / 1'000, s = ms / 1'000, min = s / 60, h = min / 60,
             d = h / 24;
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

std::string time_of_day(std::chrono::nanoseconds wall) {
  const auto seconds = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(wall).count());
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return printed("%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string grouped(std::uint64_t number) {
  auto result = std::to_string(number);
  for (auto i = result.size(); i > 3; i -= 3)
    result.insert(i - 3, 1, ',');
  return result;
}

std::string bytes_in_words(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit < 4; ++unit)
    value /= 1000;
  return printed(unit > 0 && value < 99.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' && !text.starts_with("pmactor"))
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string joined(const std::vector<std::string>& x, std::string_view between) {
  std::string result;
  for (const auto& one : x)
    result.append(result.empty() ? "" : between).append(one);
  return result;
}

std::string joined_within(const std::vector<std::string>& x, std::size_t room) {
  const auto rest_in_words = [](std::size_t count) {
    return count == 0 ? std::string{} : " and " + std::to_string(count) + " more";
  };
  auto result = joined(x);
  if (result.size() <= room)
    return result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto reserved = rest_in_words(x.size() - i - 1).size();
    if (i == 0) // whatever its length: a part of it is better than none
      result = cut_text(x[i], room - std::min(room, reserved));
    else if (result.size() + 2 + x[i].size() + reserved > room)
      return result + rest_in_words(x.size() - i);
    else
      result += ", " + x[i];
  }
  return result;
}

} // namespace pmactor
