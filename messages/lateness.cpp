#include "messages/lateness.hpp"

#include "messages/time.hpp"

#include <algorithm>

namespace pmactor {

std::optional<double> lateness::operator[](late_part x) const {
  const auto seconds = seconds_[static_cast<std::size_t>(x)];
  return seconds < 0 ? std::nullopt : std::optional{static_cast<double>(seconds)};
}

void lateness::note(late_part x, std::chrono::nanoseconds late) {
  auto& worst = seconds_[static_cast<std::size_t>(x)];
  worst = std::max({worst, static_cast<float>(to_seconds(late)), 0.0F});
}

void lateness::add(const lateness& x) {
  for (std::size_t i = 0; i < seconds_.size(); ++i)
    seconds_[i] = std::max(seconds_[i], x.seconds_[i]);
}

std::string to_string(late_part x) {
  static constexpr std::array words{"beat", "cpu", "memory", "disk", "mount", "program", "desktop"};
  static_assert(words.size() == late_parts);
  return words[static_cast<std::size_t>(x)];
}

std::string to_string(const lateness& x) {
  std::string result;
  for (std::size_t i = 0; i < late_parts; ++i)
    if (const auto part = static_cast<late_part>(i); x[part])
      result += (result.empty() ? "" : ", ") + to_string(part) + ' ' + std::to_string(*x[part]) + " s";
  return "lateness{" + result + '}';
}

} // namespace pmactor
