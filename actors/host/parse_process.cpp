#include "actors/host/parse_process.hpp"

#include "actors/host/parse_numbers.hpp"

#include <initializer_list>

namespace pmactor {

std::optional<process_stat> parse_process_stat(std::string_view line) {
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::nullopt;
  process_stat result;
  auto front = line.substr(0, open);
  std::uint64_t pid = 0, parent = 0;
  if (!take_number(front, pid))
    return std::nullopt;
  result.pid = static_cast<std::int64_t>(pid);
  result.name = line.substr(open + 1, close - open - 1);
  auto rest = line.substr(close + 1);
  const auto state = take_word(rest);
  if (state.size() != 1)
    return std::nullopt;
  result.state = state.front();
  // From here on fields are counted as proc(5) does; the state was the third.
  int field = 3;
  const auto take_field = [&](int wanted, std::uint64_t& value) {
    for (; field + 1 < wanted; ++field)
      take_word(rest);
    ++field;
    return take_number(rest, value);
  };
  if (!take_field(4, parent) || !take_field(11, result.reaped_faults)
      || !take_field(12, result.major_faults) || !take_field(14, result.user_ticks)
      || !take_field(15, result.system_ticks) || !take_field(16, result.reaped_user_ticks)
      || !take_field(17, result.reaped_system_ticks) || !take_field(20, result.threads)
      || !take_field(22, result.started_ticks) || !take_field(23, result.virtual_bytes)
      || !take_field(24, result.resident_pages))
    return std::nullopt;
  result.parent = static_cast<std::int64_t>(parent);
  // The number that came last is whole only if something ends it.
  return rest.empty() ? std::nullopt : std::optional{result};
}

std::optional<std::uint64_t> parse_last_cpu(std::string_view line) {
  const auto close = line.rfind(')');
  if (close == line.npos)
    return std::nullopt;
  line.remove_prefix(close + 1);
  constexpr int state = 3, processor = 39; // as proc(5) counts
  for (int field = state; field < processor; ++field)
    take_word(line);
  std::uint64_t result = 0;
  return take_number(line, result) && !line.empty() ? std::optional{result} : std::nullopt;
}

std::optional<run_clock> parse_schedstat(std::string_view line) {
  run_clock result;
  if (!take_number(line, result.run_ns) || !take_number(line, result.wait_ns)
      || !take_number(line, result.slices) || line.empty())
    return std::nullopt;
  if (result.run_ns == 0 && result.slices == 0)
    return std::nullopt;
  return result;
}

std::optional<process_io> parse_process_io(std::string_view text) {
  std::optional<std::uint64_t> read, written;
  while (!text.empty()) {
    auto line = take_line(text);
    const auto key = take_word(line);
    std::uint64_t value = 0;
    if (key == "read_bytes:" && take_number(line, value))
      read = value;
    else if (key == "write_bytes:" && take_number(line, value))
      written = value;
  }
  if (!read || !written)
    return std::nullopt;
  return process_io{*read, *written};
}

std::optional<group_membership> parse_membership(std::string_view line) {
  const auto first = line.find(':');
  const auto second = first == line.npos ? first : line.find(':', first + 1);
  if (second == line.npos)
    return std::nullopt;
  return group_membership{line.substr(first + 1, second - first - 1), line.substr(second + 1)};
}

std::string_view find_cgroup(std::string_view text) {
  std::string_view unified, named, longest;
  while (!text.empty()) {
    const auto x = parse_membership(take_line(text));
    if (!x)
      continue;
    if (x->controllers.empty())
      unified = x->path;
    else if (x->controllers == "name=systemd")
      named = x->path;
    else if (x->path.size() > longest.size())
      longest = x->path;
  }
  for (const auto path : {unified, named, longest})
    if (path.size() > 1)
      return path;
  return !unified.empty() ? unified : !named.empty() ? named : longest;
}

std::string_view find_wait(std::string_view text) {
  constexpr std::string_view letters
    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.0123456789";
  if (text.ends_with('\n'))
    text.remove_suffix(1);
  return text == "0" || text.find_first_not_of(letters) != text.npos ? std::string_view{} : text;
}

} // namespace pmactor
