#include "actors/forensics_supervisor/describe_kernel_log.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "messages/match_incident.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <set>

namespace pmactor {

using namespace evidence;

namespace {

std::string clock_text(double unix_seconds) {
  const auto whole = static_cast<std::time_t>(std::floor(unix_seconds));
  std::tm broken{};
  std::array<char, 40> text{};
  if (::gmtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &broken) == 0)
    return "?";
  return text.data() + printed("%.6fZ", unix_seconds - std::floor(unix_seconds)).substr(1);
}

} // namespace

std::string kernel_log_text(const std::vector<kernel_line>& lines, const clock_sample& now) {
  if (lines.empty())
    return "The kernel said nothing in this time.\n";
  std::string result;
  const auto booted = to_seconds(now.wall - now.awake);
  for (const auto& x : lines)
    result += clock_text(booted + to_seconds(x.at)) + " <" + std::to_string(x.priority) + "> "
              + harmless(x.text) + '\n';
  return result;
}

std::vector<finding> find_in_kernel_log(const std::vector<kernel_line>& lines) {
  std::vector<finding> result;
  std::set<std::string> said;
  for (const auto& x : lines)
    if (const auto is = match_incident(x.text, x.facility == 0 ? log_source::kernel : log_source::program);
        is && is->weight > 0 && said.insert(x.text).second)
      result.push_back({88 + is->weight, "The kernel said: " + harmless(cut(x.text, 200))});
  sort_and_cut(result, 3);
  return result;
}

} // namespace pmactor
