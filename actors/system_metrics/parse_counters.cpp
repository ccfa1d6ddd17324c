#include "actors/system_metrics/parse_counters.hpp"

#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_pressure.hpp"

#include <charconv>

namespace pmactor {
namespace {

constexpr std::string_view blanks = " \t";

/// Cuts the first line off the text.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

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

bool skip_words(std::string_view& line, int count) {
  while (count-- > 0)
    if (next_word(line).empty())
      return false;
  return true;
}

bool all_digits(std::string_view x) {
  return !x.empty() && x.find_first_not_of("0123456789") == x.npos;
}

/// Whether a name is one of a family: the family's word and a number, as in "dm-3".
bool is_one_of(std::string_view name, std::string_view family) {
  return name.starts_with(family) && all_digits(name.substr(family.size()));
}

bool passes_on_disk(std::string_view name) {
  for (const std::string_view family : {"loop", "ram", "zram", "dm-", "md", "md_d", "bcache", "drbd"})
    if (is_one_of(name, family))
      return true;
  return false;
}

/// sda1 of sda; nvme0n1p1 of nvme0n1, whose own name ends in a digit.
bool is_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || !name.starts_with(disk))
    return false;
  auto rest = name.substr(disk.size());
  if (all_digits(disk.substr(disk.size() - 1))) {
    if (!rest.starts_with('p'))
      return false;
    rest.remove_prefix(1);
  }
  return all_digits(rest);
}

bool passes_on_network(std::string_view name) {
  if (name == "lo")
    return true;
  for (const std::string_view start : {"veth", "br-", "virbr", "docker", "vnet"})
    if (name.starts_with(start))
      return true;
  for (const std::string_view family : {"br", "bond", "team", "dummy", "ifb", "tun", "tap", "wg"})
    if (is_one_of(name, family))
      return true;
  return false;
}

} // namespace

void parse_cpu(std::string_view text, system_counters& out) {
  const auto stat = parse_machine_stat(text);
  if (stat.all)
    out.cpu = cpu_times{stat.all->busy(), stat.all->unused()};
  out.cores = stat.cpus.value_or(0);
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
    auto line = next_line(text);
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
}

void parse_disks(std::string_view text, system_counters& out) {
  constexpr std::uint64_t sector = 512; // the kernel's unit here, whatever the disk's own is
  auto& disks = out.disks.emplace();
  std::string_view whole; // the last whole disk: its partitions follow it
  while (!text.empty() && disks.size() < most_devices) {
    auto line = next_line(text);
    if (!skip_words(line, 2))
      continue;
    const auto name = next_word(line);
    if (name.empty() || passes_on_disk(name) || is_partition_of(name, whole))
      continue;
    std::optional<std::uint64_t> read, written;
    if (skip_words(line, 2))
      read = next_number(line);
    if (skip_words(line, 3))
      written = next_number(line);
    if (!read || !written)
      continue;
    whole = name;
    disks.push_back({std::string{name}, *read * sector, *written * sector});
  }
}

void parse_networks(std::string_view text, system_counters& out) {
  auto& nets = out.nets.emplace();
  while (!text.empty() && nets.size() < most_devices) {
    auto line = next_line(text);
    // Two lines of headings have no colon; with old kernels the number may touch it.
    const auto colon = line.find(':');
    if (colon == line.npos)
      continue;
    auto head = line.substr(0, colon);
    const auto name = next_word(head);
    line.remove_prefix(colon + 1);
    if (name.empty() || passes_on_network(name))
      continue;
    const auto received = next_number(line);
    const auto sent = skip_words(line, 7) ? next_number(line) : std::nullopt;
    if (received && sent)
      nets.push_back({std::string{name}, *received, *sent});
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
