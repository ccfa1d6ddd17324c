#include "actors/forensics_supervisor/describe_processes.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "actors/host/ask_size.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_process.hpp"
#include "messages/quote.hpp"
#include "messages/redact_secrets.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <set>

namespace pmactor {

using namespace evidence;

namespace {

/// Whether the daemon or a process that it started, perhaps in an earlier run, waits for a device here.
bool is_own_wait(std::int64_t pid, std::int64_t parent, std::string_view name, std::int64_t own_pid) {
  return pid == own_pid || parent == own_pid || name == asker_name;
}

} // namespace

void newest_numbers::add(std::int64_t number) {
  numbers_.push_back(number);
  if (numbers_.size() <= most_)
    return;
  numbers_.pop_front();
  ++left_out_;
}

std::string newest_numbers::remark() const {
  if (left_out_ == 0)
    return {};
  return "Only the " + grouped(most_) + " processes with the highest numbers were looked at, and not the "
         + grouped(left_out_) + " others.";
}

std::optional<captured_process> captured(std::string_view stat, const process_units& units) {
  const auto read = parse_process_stat(stat);
  if (!read)
    return std::nullopt;
  captured_process x;
  x.pid = read->pid;
  x.parent = read->parent;
  x.name = std::string{cut(read->name, longest_name)};
  x.state = read->state;
  x.faults = read->major_faults;
  x.cpu = static_cast<double>(read->user_ticks + read->system_ticks) / units.ticks;
  x.threads = read->threads;
  x.start_ticks = read->started_ticks;
  x.memory = static_cast<std::uint64_t>(static_cast<double>(read->resident_pages) * units.page);
  return x;
}

std::string processes_json(const std::vector<captured_process>& all, const process_units& units,
                           std::chrono::nanoseconds moment) {
  std::string result = "{\"moment\":" + number(to_seconds(moment)) + ",\"processes\":[";
  for (const auto& x : all) {
    result += result.back() == '[' ? "\n" : ",\n";
    result += "{\"pid\":" + std::to_string(x.pid) + ",\"parent\":" + std::to_string(x.parent)
              + ",\"uid\":" + number(x.uid) + ",\"name\":" + json_quoted(x.name)
              + ",\"state\":" + json_quoted({&x.state, 1}) + ",\"start_time\":"
              + printed("%.2f", units.booted + static_cast<double>(x.start_ticks) / units.ticks)
              + ",\"start_ticks\":" + std::to_string(x.start_ticks) + ",\"cpu\":" + number(x.cpu)
              + ",\"cpu_pct\":" + number(x.cpu_pct) + ",\"memory\":" + std::to_string(x.memory)
              + ",\"threads\":" + std::to_string(x.threads)
              + ",\"faults\":" + std::to_string(x.faults) + ",\"read\":" + number(x.read)
              + ",\"written\":" + number(x.written) + ",\"read_rate\":" + number(x.read_rate)
              + ",\"write_rate\":" + number(x.write_rate) + ",\"cgroup\":" + json_quoted(x.group)
              + ",\"waits_in\":" + json_quoted(x.waits_in) + '}';
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
    if (x.state == 'D' && !is_own_wait(x.pid, x.parent, x.name, own_pid)) {
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
    result.push_back(
      {70, std::to_string(stuck_count)
             + (stuck_count == 1 ? " process was waiting" : " processes were waiting")
             + " for a device right after: " + list_of(stuck, 4) + '.'});
  if (writer != nullptr && writer->write_rate.value_or(0) >= 5e6)
    result.push_back(
      {65, who(*writer) + " was writing " + rate_in_words(*writer->write_rate) + " right after."});
  if (reader != nullptr && reader->read_rate.value_or(0) >= 5e6)
    result.push_back(
      {60, who(*reader) + " was reading " + rate_in_words(*reader->read_rate) + " right after."});
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
      if (const auto line = take_line(stack); !line.empty())
        result += "  " + harmless(cut(line, 256)) + '\n';
    result += '\n';
  }
  return result;
}

std::vector<finding> find_in_stacks(const std::vector<captured_task>& tasks, std::int64_t own_pid) {
  std::vector<finding> result;
  for (const auto& x : tasks)
    if (!is_own_wait(x.pid, x.parent, x.name, own_pid))
      result.push_back({75, named(x.name) + " (pid " + std::to_string(x.pid)
                              + ") was waiting for a device"
                              + (x.waits_in.empty() ? "." : ", in " + named(x.waits_in) + '.')});
  sort_and_cut(result, 3);
  return result;
}

std::string command_lines_json(const std::vector<command_line>& all) {
  std::string result = "[";
  for (const auto& x : all) {
    std::vector<std::string> words;
    for (std::string_view rest{x.words}; !rest.empty();) {
      const auto end = std::min(rest.find('\0'), rest.size());
      words.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"pid\":"} + std::to_string(x.pid)
              + ",\"start_ticks\":" + std::to_string(x.start_ticks) + ",\"words\":[";
    for (const auto& word : redact_arguments(std::move(words)))
      result += (result.back() == '[' ? "" : ",") + json_quoted(word);
    result += "]}";
  }
  return result + "\n]\n";
}

} // namespace pmactor
