#include "actors/forensics_supervisor/describe_evidence.hpp"

#include "actors/forensics_supervisor/decide_capture.hpp"
#include "messages/quote.hpp"
#include "messages/read_real.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>

namespace pmactor {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_path = 512;
constexpr std::size_t most_mounts = 256;

std::string number(double x) {
  return std::isfinite(x) ? printed("%.9g", x) : "null";
}

template <class T>
std::string number(const std::optional<T>& x) {
  if (!x)
    return "null";
  if constexpr (std::is_floating_point_v<T>)
    return number(*x);
  else
    return std::to_string(*x);
}

std::string_view cut(std::string_view text, std::size_t most) {
  return text.substr(0, most);
}

/// A name as it stands in a sentence.
std::string named(std::string_view name) {
  auto result = harmless(cut(name, longest_name));
  std::replace_if(result.begin(), result.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return result;
}

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view next_word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

template <class T>
std::optional<T> to_number(std::string_view text) {
  T value{};
  const auto* const end = text.data() + text.size();
  std::from_chars_result parsed{};
  if constexpr (std::is_floating_point_v<T>)
    parsed = read_real(text.data(), end, value);
  else
    parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return std::nullopt;
  return value;
}

/// @returns the value behind "key" at the start of a line.
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    auto line = next_line(text);
    if (!line.starts_with(key))
      continue;
    line.remove_prefix(key.size());
    return to_number<std::uint64_t>(next_word(line));
  }
  return std::nullopt;
}

void sort_and_cut(std::vector<finding>& found, std::size_t most) {
  std::stable_sort(found.begin(), found.end(),
                   [](const finding& a, const finding& b) { return a.weight > b.weight; });
  if (found.size() > most)
    found.resize(most);
}

std::string rate_in_words(double bytes) {
  return bytes_in_words(static_cast<std::uint64_t>(std::max(0.0, bytes))) + "/s";
}

std::string list_of(const std::set<std::string>& names, std::size_t most) {
  std::string result;
  std::size_t count = 0;
  for (const auto& x : names) {
    if (++count > most)
      return result + " and " + std::to_string(names.size() - most) + " more";
    result += (result.empty() ? "" : ", ") + x;
  }
  return result;
}

using counters = std::map<std::string, std::uint64_t, std::less<>>;

counters memory_counters(std::string_view text) {
  counters result;
  while (!text.empty()) {
    auto line = next_line(text);
    const auto name = next_word(line);
    if (const auto value = to_number<std::uint64_t>(next_word(line)); value && result.size() < 512)
      result.emplace(harmless(cut(name, longest_name)), *value);
  }
  return result;
}

struct disk_line {
  std::uint64_t reads = 0, sectors_read = 0, writes = 0, sectors_written = 0, busy_ms = 0, queue_ms = 0,
                in_flight = 0;
};

std::map<std::string, disk_line> disk_counters(std::string_view text) {
  std::map<std::string, disk_line> result;
  while (!text.empty() && result.size() < 256) {
    auto line = next_line(text);
    next_word(line), next_word(line);
    const auto name = next_word(line);
    std::array<std::uint64_t, 11> x{};
    bool whole = !name.empty();
    for (auto& value : x) {
      const auto read = to_number<std::uint64_t>(next_word(line));
      whole = whole && read;
      value = read.value_or(0);
    }
    // Never used: a loop device or a ram disk of which there are many.
    if (whole && x[0] + x[4] > 0)
      result.emplace(harmless(cut(name, longest_name)),
                     disk_line{x[0], x[2], x[4], x[6], x[9], x[10], x[8]});
  }
  return result;
}

std::string clock_text(double unix_seconds) {
  const auto whole = static_cast<std::time_t>(std::floor(unix_seconds));
  std::tm broken{};
  std::array<char, 40> text{};
  if (::gmtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &broken) == 0)
    return "?";
  return text.data() + printed("%.6fZ", unix_seconds - std::floor(unix_seconds)).substr(1);
}

std::uint64_t grown(std::uint64_t before, std::uint64_t after) {
  return after > before ? after - before : 0;
}

} // namespace

// ---- processes

bool parse_stat(std::string_view text, const process_units& units, captured_process& x) {
  const auto open = text.find('(');
  const auto close = text.rfind(')'); // the name may hold any byte, also this one
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return false;
  auto front = text.substr(0, open);
  const auto pid = to_number<std::int64_t>(next_word(front));
  if (!pid)
    return false;
  x.pid = *pid;
  x.name = std::string{cut(text.substr(open + 1, close - open - 1), longest_name)};
  text.remove_prefix(close + 1);
  std::array<std::string_view, 22> words; // from the third field on
  for (auto& word : words)
    word = next_word(text);
  if (words[21].empty() || words[0].size() != 1)
    return false;
  const auto at = [&](std::size_t field) { // as proc(5) counts them
    return to_number<std::uint64_t>(words[field - 3]).value_or(0);
  };
  x.state = words[0][0];
  x.parent = static_cast<std::int64_t>(at(4));
  x.faults = at(12);
  x.cpu = static_cast<double>(at(14) + at(15)) / units.ticks;
  x.threads = at(20);
  x.start_ticks = at(22);
  x.memory = static_cast<std::uint64_t>(static_cast<double>(at(24)) * units.page);
  return true;
}

void parse_io(std::string_view text, captured_process& x) {
  x.read = value_of(text, "read_bytes:");
  x.written = value_of(text, "write_bytes:");
}

std::string parse_group(std::string_view text) {
  std::string_view best;
  while (!text.empty()) {
    const auto line = next_line(text);
    const auto first = line.find(':');
    const auto second = line.find(':', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos)
      continue;
    const auto path = line.substr(second + 1);
    if (line.starts_with("0::") && path.size() > 1)
      return std::string{cut(path, longest_path)};
    if (path.size() > best.size())
      best = path;
  }
  return std::string{cut(best, longest_path)};
}

std::string processes_json(const std::vector<captured_process>& all, const process_units& units,
                           std::chrono::nanoseconds moment) {
  std::string result = "{\"moment\":" + number(to_seconds(moment)) + ",\"processes\":[";
  for (const auto& x : all) {
    result += result.back() == '[' ? "\n" : ",\n";
    result += "{\"pid\":" + std::to_string(x.pid) + ",\"parent\":" + std::to_string(x.parent)
              + ",\"uid\":" + number(x.uid) + ",\"name\":" + json_quoted(x.name) + ",\"state\":"
              + json_quoted({&x.state, 1}) + ",\"start_time\":"
              + printed("%.2f", units.booted + static_cast<double>(x.start_ticks) / units.ticks)
              + ",\"start_ticks\":" + std::to_string(x.start_ticks) + ",\"cpu\":" + number(x.cpu)
              + ",\"cpu_pct\":" + number(x.cpu_pct) + ",\"memory\":" + std::to_string(x.memory)
              + ",\"threads\":" + std::to_string(x.threads) + ",\"faults\":" + std::to_string(x.faults)
              + ",\"read\":" + number(x.read) + ",\"written\":" + number(x.written)
              + ",\"read_rate\":" + number(x.read_rate) + ",\"write_rate\":" + number(x.write_rate)
              + ",\"cgroup\":" + json_quoted(x.group) + ",\"waits_in\":" + json_quoted(x.waits_in) + '}';
  }
  return result + "\n]}\n";
}

std::vector<finding> find_in_processes(const std::vector<captured_process>& all,
                                       std::int64_t own_pid) {
  std::vector<finding> result;
  const captured_process* busiest = nullptr;
  const captured_process* writer = nullptr;
  const captured_process* reader = nullptr;
  std::set<std::string> stuck;
  std::size_t stuck_count = 0, running = 0;
  for (const auto& x : all) {
    if (x.pid == own_pid)
      continue;
    if (x.state == 'D') {
      stuck.insert(named(x.name));
      ++stuck_count;
    }
    running += x.state == 'R' ? 1 : 0;
    if (!busiest || x.cpu_pct.value_or(0) > busiest->cpu_pct.value_or(0))
      busiest = &x;
    if (!writer || x.write_rate.value_or(0) > writer->write_rate.value_or(0))
      writer = &x;
    if (!reader || x.read_rate.value_or(0) > reader->read_rate.value_or(0))
      reader = &x;
  }
  const auto who = [](const captured_process& x) {
    return named(x.name) + " (pid " + std::to_string(x.pid) + ')';
  };
  if (stuck_count > 0)
    result.push_back({70, std::to_string(stuck_count)
                            + (stuck_count == 1 ? " process was waiting" : " processes were waiting")
                            + " for a device right after: " + list_of(stuck, 4) + '.'});
  if (writer != nullptr && writer->write_rate.value_or(0) >= 5e6)
    result.push_back({65, who(*writer) + " was writing " + rate_in_words(*writer->write_rate)
                            + " right after."});
  if (reader != nullptr && reader->read_rate.value_or(0) >= 5e6)
    result.push_back({60, who(*reader) + " was reading " + rate_in_words(*reader->read_rate)
                            + " right after."});
  if (busiest != nullptr && busiest->cpu_pct.value_or(0) >= 50)
    result.push_back({55, who(*busiest) + " used " + printed("%.0f %%", *busiest->cpu_pct)
                            + " of a CPU right after."});
  if (running >= 8)
    result.push_back({50, std::to_string(running) + " processes were ready to run right after."});
  return result;
}

std::string stacks_text(const std::vector<captured_task>& tasks, const std::string& remark) {
  if (tasks.empty())
    return "No task was waiting for a device (state D).\n";
  std::string result;
  if (!remark.empty())
    result += harmless(remark) + "\n\n";
  for (const auto& x : tasks) {
    result += named(x.name) + ", pid " + std::to_string(x.pid) + ", task " + std::to_string(x.tid)
              + ", waits in " + (x.waits_in.empty() ? "?" : named(x.waits_in)) + '\n';
    std::string_view stack{x.stack};
    while (!stack.empty())
      if (const auto line = next_line(stack); !line.empty())
        result += "  " + harmless(cut(line, 256)) + '\n';
    result += '\n';
  }
  return result;
}

std::vector<finding> find_in_stacks(const std::vector<captured_task>& tasks, std::int64_t own_pid) {
  std::vector<finding> result;
  for (const auto& x : tasks)
    if (x.pid != own_pid)
      result.push_back({75, named(x.name) + " (pid " + std::to_string(x.pid)
                            + ") was waiting for a device"
                            + (x.waits_in.empty() ? "." : ", in " + named(x.waits_in) + '.')});
  sort_and_cut(result, 3);
  return result;
}

std::string command_lines_json(const std::vector<command_line>& all) {
  std::string result = "[";
  for (const auto& x : all) {
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"pid\":"} + std::to_string(x.pid)
              + ",\"start_ticks\":" + std::to_string(x.start_ticks) + ",\"words\":[";
    std::string_view words{x.words};
    while (!words.empty()) {
      const auto end = std::min(words.find('\0'), words.size());
      result += (result.back() == '[' ? "" : ",") + json_quoted(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    result += "]}";
  }
  return result + "\n]\n";
}

// ---- pressure

captured_pressure parse_pressure(std::string_view text, std::string group, std::string resource) {
  captured_pressure result{std::move(group), std::move(resource), std::nullopt, std::nullopt};
  while (!text.empty()) {
    auto line = next_line(text);
    const auto kind = next_word(line);
    pressure_line values;
    bool told = false;
    while (!line.empty()) {
      const auto word = next_word(line);
      if (word.starts_with("avg10="))
        values.avg10 = to_number<double>(word.substr(6)).value_or(0);
      if (word.starts_with("total=")) {
        values.total = to_number<std::uint64_t>(word.substr(6)).value_or(0);
        told = true;
      }
    }
    if (told && kind == "some")
      result.some = values;
    else if (told && kind == "full")
      result.full = values;
  }
  return result;
}

std::string pressure_json(const std::vector<captured_pressure>& all) {
  const auto line = [](const std::optional<pressure_line>& x) {
    return x ? "{\"avg10\":" + number(x->avg10) + ",\"total\":" + std::to_string(x->total) + '}'
             : std::string{"null"};
  };
  std::string result = "[";
  for (const auto& x : all)
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"cgroup\":"}
              + (x.group.empty() ? "null" : json_quoted(x.group)) + ",\"resource\":" + json_quoted(x.resource)
              + ",\"some\":" + line(x.some) + ",\"full\":" + line(x.full) + '}';
  return result + "\n]\n";
}

std::vector<finding> find_in_pressure(const std::vector<captured_pressure>& all) {
  std::vector<finding> result;
  const auto what = [](const std::string& resource) -> std::string {
    return resource == "io"       ? "for a disk"
           : resource == "memory" ? "for memory"
           : resource == "cpu"    ? "for a CPU"
                                  : "for " + resource;
  };
  const captured_pressure* worst = nullptr;
  for (const auto& x : all) {
    // Of the CPU, only that some waited is told for the machine.
    const auto& line = x.resource == "cpu" || !x.full ? x.some : x.full;
    if (!line || line->avg10 < 20)
      continue;
    if (x.group.empty())
      result.push_back({45, std::string{x.resource == "cpu" ? "Some" : "All"} + " busy tasks were waiting "
                              + what(x.resource) + " in " + printed("%.0f %%", line->avg10)
                              + " of the last 10 s."});
    else if (!worst || line->avg10 > (worst->full ? worst->full : worst->some)->avg10)
      worst = &x;
  }
  if (worst != nullptr)
    result.push_back({48, "The cgroup " + harmless(cut(worst->group, 120)) + " was waiting "
                            + what(worst->resource) + " in "
                            + printed("%.0f %%", (worst->full ? worst->full : worst->some)->avg10)
                            + " of the last 10 s."});
  return result;
}

// ---- counters across the gap

const counter_snapshot* snapshot_before(const std::vector<counter_snapshot>& kept,
                                        const clock_sample& gap_begins) {
  const counter_snapshot* result = nullptr;
  for (const auto& x : kept)
    if (x.at.awake <= gap_begins.awake && (!result || x.at.awake > result->at.awake))
      result = &x;
  return result;
}

std::string counters_json(const counter_snapshot& before, const counter_snapshot& after) {
  std::string result = "{\"before\":" + printed("%.6f", to_seconds(before.at.wall)) + ",\"after\":"
                       + printed("%.6f", to_seconds(after.at.wall)) + ",\"elapsed\":"
                       + number(to_seconds(after.at.awake - before.at.awake)) + ",\"memory\":{";
  const auto then = memory_counters(before.memory);
  const auto now = memory_counters(after.memory);
  for (const auto& [name, value] : now) {
    const auto old = then.find(name);
    if (old == then.end() || old->second == value)
      continue;
    result += (result.back() == '{' ? "\n" : ",\n") + json_quoted(name) + ":{\"before\":"
              + std::to_string(old->second) + ",\"after\":" + std::to_string(value) + '}';
  }
  result += "\n},\"disks\":{";
  const auto disks_then = disk_counters(before.disks);
  for (const auto& [name, x] : disk_counters(after.disks)) {
    const auto old = disks_then.find(name);
    if (old == disks_then.end())
      continue;
    const auto& y = old->second;
    result += (result.back() == '{' ? "\n" : ",\n") + json_quoted(name) + ":{\"reads\":"
              + std::to_string(grown(y.reads, x.reads)) + ",\"read_bytes\":"
              + std::to_string(grown(y.sectors_read, x.sectors_read) * 512) + ",\"writes\":"
              + std::to_string(grown(y.writes, x.writes)) + ",\"written_bytes\":"
              + std::to_string(grown(y.sectors_written, x.sectors_written) * 512) + ",\"busy\":"
              + number(static_cast<double>(grown(y.busy_ms, x.busy_ms)) / 1000) + ",\"queued\":"
              + number(static_cast<double>(grown(y.queue_ms, x.queue_ms)) / 1000) + ",\"in_flight\":"
              + std::to_string(x.in_flight) + '}';
  }
  return result + "\n}}\n";
}

std::vector<finding> find_in_counters(const counter_snapshot& before, const counter_snapshot& after) {
  std::vector<finding> result;
  const auto elapsed = to_seconds(after.at.awake - before.at.awake);
  if (elapsed <= 0)
    return result;
  const auto then = memory_counters(before.memory);
  const auto now = memory_counters(after.memory);
  const auto more = [&](std::string_view name) -> std::uint64_t {
    const auto a = then.find(name);
    const auto b = now.find(name);
    return a != then.end() && b != now.end() ? grown(a->second, b->second) : 0;
  };
  const auto across = " across the event.";
  if (const auto n = more("oom_kill"); n > 0)
    result.push_back({95, "The kernel killed " + std::to_string(n)
                            + (n == 1 ? " process" : " processes") + " for want of memory" + across});
  std::uint64_t stalls = 0;
  for (const auto* zone : {"allocstall_normal", "allocstall_movable", "allocstall_dma32"})
    stalls += more(zone);
  if (stalls > 0)
    result.push_back({72, "Processes had to free memory themselves " + std::to_string(stalls) + " times"
                            + across});
  if (const auto n = more("pswpin") + more("pswpout"); static_cast<double>(n) / elapsed >= 100)
    result.push_back({68, std::to_string(n) + " pages were swapped" + across});
  if (const auto n = more("pgmajfault"); static_cast<double>(n) / elapsed >= 200)
    result.push_back({58, std::to_string(n) + " page faults had to wait for a disk" + across});
  const auto disks_then = disk_counters(before.disks);
  for (const auto& [name, x] : disk_counters(after.disks)) {
    const auto old = disks_then.find(name);
    if (old == disks_then.end())
      continue;
    const auto busy = static_cast<double>(grown(old->second.busy_ms, x.busy_ms)) / 1000 / elapsed;
    if (busy >= 0.5)
      result.push_back({62, "The disk " + name + " was busy in " + printed("%.0f %%", std::min(busy, 1.0) * 100)
                              + " of " + spelled(after.at.awake - before.at.awake) + across});
  }
  sort_and_cut(result, 4);
  return result;
}

// ---- the kernel's log

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
    {"soft lockup", 98},        {"hard LOCKUP", 98},      {"blocked for more than", 96},
    {"rcu_sched", 92},          {"rcu_preempt", 92},      {"Out of memory", 95},
    {"oom-kill", 95},           {"I/O error", 90},        {"timeout, aborting", 90},
    {"I/O timeout", 90},        {"task abort", 88},       {"link is slow to respond", 88},
    {"hung_task", 96},          {"clocksource", 80},      {"Remounting filesystem read-only", 97},
    {"thermal", 70},            {"GPU HANG", 92},         {"NMI watchdog", 90},
    {"not responding", 90},     {"Call Trace", 60},       {"PM: suspend", 50},
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

// ---- mounts

std::vector<captured_mount> parse_mounts(std::string_view text) {
  // Of the kernel's own making: they have no fill, and there are many.
  static const std::set<std::string_view> kernels{
    "proc",     "sysfs",   "cgroup",  "cgroup2",    "devpts",     "mqueue",     "securityfs", "debugfs",
    "tracefs",  "pstore",  "bpf",     "hugetlbfs",  "configfs",   "fusectl",    "autofs",     "rpc_pipefs",
    "efivarfs", "nsfs",    "binfmt_misc", "selinuxfs", "devtmpfs"};
  const auto plain = [](std::string_view word) { // "\040" is a blank
    std::string result;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const auto digit = [&](std::size_t k) { return word[i + k] >= '0' && word[i + k] <= '7'; };
      if (word[i] == '\\' && i + 3 < word.size() && digit(1) && digit(2) && digit(3)) {
        result += static_cast<char>((word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + (word[i + 3] - '0'));
        i += 3;
      } else {
        result += word[i];
      }
    }
    return std::string{cut(result, longest_path)};
  };
  std::vector<captured_mount> result;
  while (!text.empty() && result.size() < most_mounts) {
    auto line = next_line(text);
    const auto middle = line.find(" - ");
    if (middle == std::string_view::npos)
      continue;
    auto back = line.substr(middle + 3);
    auto front = line.substr(0, middle);
    for (int i = 0; i < 4; ++i)
      next_word(front);
    captured_mount x;
    x.target = plain(next_word(front));
    x.type = plain(next_word(back));
    x.source = plain(next_word(back));
    if (!x.target.empty() && kernels.count(x.type) == 0)
      result.push_back(std::move(x));
  }
  return result;
}

bool is_remote(const captured_mount& x) {
  static const std::set<std::string_view> types{"nfs",  "nfs4",  "cifs", "smb3", "smbfs", "9p",
                                                "ceph", "afs",   "ncpfs", "ocfs2", "gfs2", "lustre",
                                                "glusterfs", "virtiofs", "coda", "davfs"};
  return types.count(x.type) > 0 || x.type.starts_with("fuse");
}

std::string mounts_json(const std::vector<captured_mount>& all) {
  std::string result = "[";
  for (const auto& x : all)
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"source\":"} + json_quoted(x.source)
              + ",\"target\":" + json_quoted(x.target) + ",\"type\":" + json_quoted(x.type) + ",\"size\":"
              + number(x.size) + ",\"free\":" + number(x.free) + ",\"available\":" + number(x.available)
              + ",\"files\":" + number(x.files) + ",\"files_free\":" + number(x.files_free)
              + ",\"problem\":" + json_quoted(x.problem) + '}';
  return result + "\n]\n";
}

std::vector<finding> find_in_mounts(const std::vector<captured_mount>& all) {
  std::vector<finding> result;
  std::set<std::string> devices; // mounted many times over, it is as full once
  for (const auto& x : all) {
    if (!x.size || *x.size == 0 || !x.available || x.type == "squashfs" || x.type == "iso9660"
        || x.type == "erofs" || !devices.insert(x.source + ' ' + std::to_string(*x.size)).second)
      continue;
    const auto share = 1 - static_cast<double>(*x.available) / static_cast<double>(*x.size);
    if (share >= 0.97)
      result.push_back({share >= 0.995 ? 80 : 46,
                        harmless(cut(x.target, 120)) + " was full to " + printed("%.0f %%", share * 100)
                          + ", with " + bytes_in_words(*x.available) + " left."});
  }
  sort_and_cut(result, 2);
  return result;
}

} // namespace pmactor
