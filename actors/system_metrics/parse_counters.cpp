#include "actors/system_metrics/parse_counters.hpp"

#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_pressure.hpp"

#include <charconv>

namespace pmactor {
namespace {

constexpr std::string_view blanks = " \t";

/// Cuts the first word off the line; empty at its end.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const auto word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

std::optional<std::uint64_t> to_number(std::string_view word) {
  std::uint64_t x = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), x);
  if (problem != std::errc{} || end != word.data() + word.size())
    return std::nullopt;
  return x;
}

std::optional<std::uint64_t> next_number(std::string_view& line) {
  return to_number(next_word(line));
}

} // namespace

void parse_cpu(std::string_view text, system_counters& out) {
  const auto stat = parse_machine_stat(text);
  if (stat.all)
    out.cpu = cpu_times{stat.all->busy(), stat.all->unused()};
  out.cores = stat.cpus.value_or(0);
  out.switches = stat.switches;
}

void parse_load(std::string_view text, system_counters& out) {
  // Two numbers with a point between them: from_chars for floating point is not everywhere yet.
  const auto word = next_word(text);
  const auto point = word.find('.');
  const auto whole = to_number(word.substr(0, point));
  if (!whole || *whole > 10'000'000)
    return;
  double x = static_cast<double>(*whole);
  if (point != word.npos) {
    const auto digits = word.substr(point + 1);
    const auto part = to_number(digits);
    if (!part || digits.size() > 9)
      return;
    double scale = 1;
    for (std::size_t i = 0; i < digits.size(); ++i)
      scale *= 10;
    x += static_cast<double>(*part) / scale;
  }
  out.load1 = x;
}

void parse_memory(std::string_view text, system_counters& out) {
  std::optional<std::uint64_t> swap_total, swap_free;
  while (!text.empty()) {
    auto line = take_line(text);
    const auto name = next_word(line);
    auto kilobytes = [&] { return next_number(line); };
    auto bytes = [](std::optional<std::uint64_t> x) {
      return x ? std::optional<double>{static_cast<double>(*x) * 1024} : std::nullopt;
    };
    if (name == "MemTotal:")
      out.mem_total = bytes(kilobytes());
    else if (name == "MemAvailable:")
      out.mem_available = bytes(kilobytes());
    else if (name == "SwapTotal:")
      swap_total = kilobytes();
    else if (name == "SwapFree:") {
      swap_free = kilobytes();
      if (swap_total && swap_free && *swap_free <= *swap_total)
        out.swap_used = bytes(*swap_total - *swap_free);
      break; // nothing of interest follows
    }
  }
  // A container's own limit beside the host's figure, say: one of the two is wrong, and which is
  // not known.
  if (out.mem_available && out.mem_total && *out.mem_available > *out.mem_total) {
    out.mem_available.reset();
    out.is_memory_contradictory = true;
  }
}

stall_times parse_stalls(std::string_view text) {
  const auto read = parse_pressure(text);
  const auto us = [](const std::optional<pressure_line>& line) {
    return line ? std::optional{static_cast<std::uint64_t>(line->total.count())} : std::nullopt;
  };
  return {us(read.some), us(read.full)};
}

} // namespace pmactor
