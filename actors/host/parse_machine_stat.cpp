#include "actors/host/parse_machine_stat.hpp"

#include "actors/host/parse_numbers.hpp"

namespace pmactor {
namespace {

/// @returns the eight columns that every kernel since 2.6.11 has; those of guests are counted in others.
std::optional<cpu_ticks> parse_ticks(std::string_view line) {
  cpu_ticks x;
  for (auto* column : {&x.user, &x.nice, &x.system, &x.idle, &x.iowait, &x.irq, &x.softirq, &x.steal})
    if (!take_number(line, *column))
      return std::nullopt;
  return x;
}

template <class Number>
std::optional<Number> parse_count(std::string_view line) {
  std::uint64_t value = 0;
  return take_number(line, value) ? std::optional{static_cast<Number>(value)} : std::nullopt;
}

/// Two numbers with a point between them: from_chars for floating point is not everywhere yet.
std::optional<double> parse_hundredths(std::string_view word) {
  constexpr std::uint64_t most = 10'000'000; // beyond which no load makes sense
  std::uint64_t whole = 0, part = 0;
  if (!take_number(word, whole) || whole > most || word.size() != 3 || word.front() != '.')
    return std::nullopt;
  word.remove_prefix(1);
  if (!take_number(word, part) || !word.empty())
    return std::nullopt;
  return static_cast<double>(whole) + static_cast<double>(part) / 100;
}

} // namespace

machine_stat parse_machine_stat(std::string_view text,
                                const std::function<void(std::uint32_t, const cpu_ticks&)>& each_cpu) {
  machine_stat result;
  std::uint32_t cpus = 0;
  // A line without its line feed may be cut in the middle of a number.
  while (text.find('\n') != text.npos) {
    auto line = take_line(text);
    auto key = take_word(line);
    if (key == "cpu") {
      result.all = parse_ticks(line);
    } else if (key.starts_with("cpu")) {
      ++cpus;
      key.remove_prefix(3);
      std::uint64_t number = 0;
      if (!each_cpu || !take_number(key, number) || !key.empty())
        continue;
      if (const auto ticks = parse_ticks(line))
        each_cpu(static_cast<std::uint32_t>(number), *ticks);
    } else if (key == "btime") {
      result.boot_time = parse_count<std::int64_t>(line);
    } else if (key == "processes") {
      result.forks = parse_count<std::uint64_t>(line);
    } else if (key == "ctxt") {
      result.switches = parse_count<std::uint64_t>(line);
    } else if (key == "procs_blocked") {
      result.blocked = parse_count<std::uint64_t>(line);
    }
    // Their lines come first: with another one behind them none was cut off.
    if (cpus > 0 && !text.empty() && text.size() >= 3 && !text.starts_with("cpu"))
      result.cpus = cpus;
  }
  return result;
}

load_average parse_load_average(std::string_view text) {
  load_average result;
  result.minute = parse_hundredths(take_word(text));
  take_word(text), take_word(text);
  // "2/345": of all tasks.
  if (std::uint64_t value = 0; take_number(text, value) && text.starts_with('/'))
    result.runnable = value;
  return result;
}

} // namespace pmactor
