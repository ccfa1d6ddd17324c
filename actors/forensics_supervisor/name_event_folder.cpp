#include "actors/forensics_supervisor/name_event_folder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace pmactor {
namespace {

constexpr std::size_t stamp_length = 20; // 2026-01-20T09-10-13Z

/// @returns the last second that had begun, also before 1970.
std::time_t whole_seconds(std::chrono::nanoseconds x) {
  return static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(x).count());
}

} // namespace

std::string name_event_folder(event_id event, unsigned attempt) {
  const auto whole = whole_seconds(started_of(event));
  std::tm broken{};
  std::array<char, 40> text{};
  std::string result = "1970-01-01T00-00-00Z";
  if (::gmtime_r(&whole, &broken) != nullptr && broken.tm_year >= -900 && broken.tm_year < 8100
      && std::strftime(text.data(), text.size(), "%Y-%m-%dT%H-%M-%SZ", &broken) == stamp_length)
    result = text.data();
  result += '-' + to_string(kind_of(event));
  return attempt > 1 ? result + '.' + std::to_string(attempt) : result;
}

std::string name_open_folder(event_id event) {
  return '.' + to_string(kind_of(event)) + '-' + std::to_string(started_of(event).count());
}

std::optional<event_id> event_of_open_folder(std::string_view name) {
  for (std::size_t number = 0; number < event_kinds; ++number) {
    const auto kind = static_cast<event_kind>(number);
    const auto front = '.' + to_string(kind) + '-';
    if (!name.starts_with(front))
      continue;
    std::int64_t started = 0;
    const auto* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + front.size(), end, started);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
      return mint_event_id(kind, std::chrono::nanoseconds{started});
  }
  return std::nullopt;
}

bool is_event_folder(std::string_view name) {
  static constexpr std::string_view pattern = "0000-00-00T00-00-00Z-";
  if (name.size() <= pattern.size() || name.size() > 64)
    return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == '0' ? !is_digit(name[i]) : name[i] != pattern[i])
      return false;
  return std::all_of(name.begin() + pattern.size(), name.end(),
                     [&](char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-'; });
}

} // namespace pmactor
