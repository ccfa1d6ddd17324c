#include "actors/forensics_supervisor/describe_kernel_log.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
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

std::optional<kernel_line> parse_kernel_record(std::string_view record) {
  const auto mark = record.find(';');
  if (mark == std::string_view::npos)
    return std::nullopt;
  auto head = record.substr(0, mark);
  const auto field = [&head] {
    const auto end = std::min(head.find(','), head.size());
    const auto result = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    return result;
  };
  const auto priority = to_number<unsigned>(field());
  field(); // its sequence number
  const auto micros = to_number<std::uint64_t>(field());
  if (!priority || !micros || *micros > 1'000'000'000'000'000ull)
    return std::nullopt;
  auto text = record.substr(mark + 1);
  return kernel_line{std::chrono::microseconds{*micros}, static_cast<int>(*priority & 7u),
                     std::string{cut(next_line(text), 1024)}};
}

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
  struct sign {
    const char* text;
    int weight;
  };
  static constexpr sign signs[] = {
    {"soft lockup", 98},    {"hard LOCKUP", 98}, {"blocked for more than", 96},
    {"rcu_sched", 92},      {"rcu_preempt", 92}, {"Out of memory", 95},
    {"oom-kill", 95},       {"I/O error", 90},   {"timeout, aborting", 90},
    {"I/O timeout", 90},    {"task abort", 88},  {"link is slow to respond", 88},
    {"hung_task", 96},      {"clocksource", 80}, {"Remounting filesystem read-only", 97},
    {"thermal", 70},        {"GPU HANG", 92},    {"NMI watchdog", 90},
    {"not responding", 90}, {"Call Trace", 60},  {"PM: suspend", 50},
  };
  std::vector<finding> result;
  std::set<std::string> said;
  for (const auto& x : lines)
    for (const auto& sign : signs)
      if (x.text.find(sign.text) != std::string::npos) {
        if (said.insert(x.text).second)
          result.push_back({sign.weight, "The kernel said: " + harmless(cut(x.text, 200))});
        break;
      }
  sort_and_cut(result, 3);
  return result;
}

} // namespace pmactor
