#include "actors/forensics_supervisor/collect_evidence.hpp"

#include "actors/forensics_supervisor/describe_counters.hpp"
#include "actors/forensics_supervisor/describe_kernel_log.hpp"
#include "actors/forensics_supervisor/describe_mounts.hpp"
#include "actors/forensics_supervisor/describe_pressure.hpp"
#include "actors/forensics_supervisor/describe_processes.hpp"
#include "actors/forensics_supervisor/event_folder_posix.hpp"
#include "actors/forensics_supervisor/evidence_text.hpp"
#include "actors/host/ask_size.hpp"
#include "actors/host/kernel_log_file_linux.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/parse_memory.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/start_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <map>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_processes = 8192;
constexpr std::size_t most_tasks = 32768; ///< That are looked at.
constexpr std::size_t most_stacks = 128;
constexpr std::size_t most_groups = 512;
constexpr int deepest_group = 6;
constexpr std::size_t most_command_line = 1024;
constexpr std::size_t most_kernel_lines = 20'000;
constexpr std::size_t most_kernel_records = 200'000; ///< That are looked at for them.
constexpr auto moment = 300ms; ///< In which it is seen who is busy now.

/// Reads a small file of the kernel's. @returns what is there, *most* bytes at most; empty if nothing is.
std::string read_at(int folder, const char* name, std::size_t most) {
  const owned_descriptor file{::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  std::string result;
  if (file.get() < 0)
    return result;
  std::array<char, 4096> bytes;
  while (result.size() < most) {
    const auto count = ::read(file.get(), bytes.data(), std::min(bytes.size(), most - result.size()));
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      break;
    result.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return result;
}

std::string read_file(const char* path, std::size_t most) {
  return read_at(AT_FDCWD, path, most);
}

owned_descriptor open_folder(int parent, const std::string& name) {
  return owned_descriptor{::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
}

newest_numbers numbers_in(int folder, std::size_t most) {
  newest_numbers result{most};
  each_entry(folder, [&](const dirent& entry) {
    std::int64_t number = 0;
    const std::string_view name{entry.d_name};
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size())
      result.add(number);
    return true;
  });
  return result;
}

process_units units() {
  process_units result;
  result.ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  result.page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const auto now = read_clocks();
  result.booted = to_seconds(now.wall - now.total);
  return result;
}

/// @returns the kernel's function in which a task sleeps.
std::string wait_of(int folder) {
  const auto text = read_at(folder, "wchan", 128);
  return std::string{find_wait(text)};
}

/// Which threads are stuck, and where in the kernel. First of all, as it passes.
collected_evidence collect_stacks(const std::function<bool()>& is_over) {
  const owned_descriptor proc{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::vector<captured_task> tasks;
  std::size_t looked = 0;
  bool denied = false;
  const auto scale = process_units{};
  const auto listed = numbers_in(proc.get(), most_processes);
  for (const auto pid : listed.get()) {
    if (looked > most_tasks || is_over())
      break;
    const auto folder = open_folder(proc.get(), std::to_string(pid) + "/task");
    if (folder.get() < 0)
      continue;
    const auto threads = numbers_in(folder.get(), most_tasks);
    for (const auto tid : threads.get()) {
      if (++looked > most_tasks)
        break;
      const auto task = open_folder(folder.get(), std::to_string(tid));
      if (task.get() < 0)
        continue;
      const auto found = captured(read_at(task.get(), "stat", 1024), scale);
      if (!found || found->state != 'D')
        continue;
      captured_task x{pid, tid, found->name, wait_of(task.get()),
                      read_at(task.get(), "stack", 4096), found->parent};
      denied = denied || x.stack.empty();
      if (tasks.size() < most_stacks)
        tasks.push_back(std::move(x));
    }
  }
  collected_evidence result;
  if (denied)
    result.remark = "Kernel stacks are for root alone here; the function in which each task waits is listed.";
  const auto add = [&result](const std::string& sentence) {
    result.remark += (result.remark.empty() || sentence.empty() ? "" : " ") + sentence;
  };
  add(listed.remark());
  if (looked > most_tasks)
    add("Only the first " + std::to_string(most_tasks) + " tasks of those were looked at.");
  result.text = stacks_text(tasks, result.remark);
  result.found = find_in_stacks(tasks, ::getpid());
  return result;
}

collected_evidence collect_processes(const std::function<bool()>& is_over) {
  const owned_descriptor proc{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const auto scale = units();
  std::vector<captured_process> all;
  std::map<std::int64_t, std::chrono::nanoseconds> when;
  const auto listed = numbers_in(proc.get(), most_processes);
  for (const auto pid : listed.get()) {
    if (is_over())
      break;
    const auto folder = open_folder(proc.get(), std::to_string(pid));
    auto x = folder.get() < 0 ? std::nullopt : captured(read_at(folder.get(), "stat", 1024), scale);
    if (!x)
      continue;
    when[x->pid] = read_clocks().awake;
    if (const auto io = parse_process_io(read_at(folder.get(), "io", 512))) {
      x->read = io->read_bytes;
      x->written = io->written_bytes;
    }
    const auto groups = read_at(folder.get(), "cgroup", 4096);
    x->group = evidence::cut(find_cgroup(groups), evidence::longest_path);
    x->waits_in = wait_of(folder.get());
    struct stat owner{};
    if (::fstat(folder.get(), &owner) == 0)
      x->uid = owner.st_uid;
    all.push_back(std::move(*x));
  }
  // Once more for who is busy now.
  for (auto waited = 0ms; waited < moment && !is_over(); waited += 50ms)
    std::this_thread::sleep_for(50ms);
  for (auto& x : all) {
    if (is_over())
      break;
    const auto folder = open_folder(proc.get(), std::to_string(x.pid));
    if (folder.get() < 0)
      continue;
    const auto again = captured(read_at(folder.get(), "stat", 1024), scale);
    if (!again || again->start_ticks != x.start_ticks)
      continue;
    const auto seconds = to_seconds(read_clocks().awake - when[x.pid]);
    if (seconds <= 0)
      continue;
    x.cpu_pct = std::max(0.0, again->cpu - x.cpu) / seconds * 100;
    const auto io = parse_process_io(read_at(folder.get(), "io", 512));
    if (io && x.read && x.written) {
      x.read_rate = static_cast<double>(io->read_bytes - std::min(io->read_bytes, *x.read)) / seconds;
      x.write_rate = static_cast<double>(io->written_bytes - std::min(io->written_bytes, *x.written)) / seconds;
    }
  }
  collected_evidence result;
  result.text = processes_json(all, scale, moment);
  result.remark = listed.remark();
  result.found = find_in_processes(all, ::getpid());
  return result;
}

/// Apart from the processes: reading a command line waits for the lock of that process's memory, which
/// one that hangs may hold.
collected_evidence collect_command_lines(const std::function<bool()>& is_over) {
  const owned_descriptor proc{::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  std::vector<command_line> all;
  std::size_t stuck = 0;
  const auto scale = process_units{};
  const auto listed = numbers_in(proc.get(), most_processes);
  for (const auto pid : listed.get()) {
    if (is_over())
      break;
    const auto folder = open_folder(proc.get(), std::to_string(pid));
    if (folder.get() < 0)
      continue;
    const auto x = captured(read_at(folder.get(), "stat", 1024), scale);
    if (!x)
      continue;
    if (x->state == 'D') {
      ++stuck;
      continue;
    }
    if (auto words = read_at(folder.get(), "cmdline", most_command_line); !words.empty())
      all.push_back({x->pid, x->start_ticks, std::move(words)});
  }
  collected_evidence result;
  result.text = command_lines_json(all);
  result.remark = listed.remark();
  if (stuck > 0)
    result.remark += std::string{result.remark.empty() ? "" : " "} + "Those of " + std::to_string(stuck)
                     + " processes that wait for a device were not asked.";
  return result;
}

void collect_group_pressure(int folder, const std::string& path, int depth,
                            std::vector<captured_pressure>& all, std::size_t& groups) {
  if (++groups > most_groups)
    return;
  for (const char* resource : {"cpu", "memory", "io"})
    if (const auto text = read_at(folder, (std::string{resource} + ".pressure").c_str(), 512); !text.empty())
      // Most groups never waited; they are left out.
      if (const auto x = parse_pressure(text); x.some && x.some->total > 0us)
        all.push_back({path, resource, x});
  if (depth >= deepest_group)
    return;
  std::vector<std::string> names;
  each_entry(folder, [&](const dirent& entry) {
    if (entry.d_type == DT_DIR && entry.d_name[0] != '.')
      names.emplace_back(entry.d_name);
    return names.size() < most_groups;
  });
  for (const auto& name : names)
    if (const auto next = open_folder(folder, name); next.get() >= 0)
      collect_group_pressure(next.get(), path + '/' + name, depth + 1, all, groups);
}

collected_evidence collect_pressure() {
  std::vector<captured_pressure> all;
  for (const char* resource : {"cpu", "memory", "io", "irq"})
    if (const auto text = read_file((std::string{"/proc/pressure/"} + resource).c_str(), 512); !text.empty())
      all.push_back({{}, resource, parse_pressure(text)});
  collected_evidence result;
  if (all.empty()) {
    result.skipped = "This kernel does not report pressure (PSI).";
    return result;
  }
  std::size_t groups = 0;
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
    if (::access((std::string{root} + "/cgroup.controllers").c_str(), F_OK) == 0) {
      const owned_descriptor folder{::open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
      std::vector<captured_pressure> of_groups;
      collect_group_pressure(folder.get(), "", 0, of_groups, groups);
      // The root's own is that of the machine.
      std::erase_if(of_groups, [](const captured_pressure& x) { return x.group.empty(); });
      all.insert(all.end(), of_groups.begin(), of_groups.end());
      break;
    }
  if (groups > most_groups)
    result.remark = "Only the first " + std::to_string(most_groups) + " cgroups were looked at.";
  result.text = pressure_json(all);
  result.found = find_in_pressure(all);
  return result;
}

collected_evidence collect_counters(const capture_subject& subject) {
  collected_evidence result;
  if (!subject.before) {
    result.skipped = "The counters had not been read before the event.";
    return result;
  }
  const auto after = read_counter_snapshot();
  result.text = counters_json(*subject.before, after);
  result.found = find_in_counters(*subject.before, after);
  return result;
}

collected_evidence collect_kernel_log(const capture_subject& subject, const std::function<bool()>& is_over) {
  const kernel_log_file log;
  collected_evidence result;
  if (!log.is_open()) {
    result.skipped = "Cannot open /dev/kmsg: " + std::generic_category().message(errno) + '.';
    return result;
  }
  const auto& event = subject.event.event;
  const auto window = window_of(event);
  const auto now = read_clocks();
  // Its clock is the one that stands still while the machine sleeps, give or take a few milliseconds.
  const auto since = now.awake - (now.wall - window.since);
  const auto until = now.awake - (now.wall - window.until);
  std::vector<kernel_line> lines;
  const auto reading = log.read(most_kernel_records, [&](kernel_line line) {
    if (line.at >= since && line.at <= until)
      lines.push_back(std::move(line));
    return lines.size() < most_kernel_lines && !is_over();
  });
  if (reading.was_overrun)
    result.remark = "Some of the kernel's log was overwritten before it was read.";
  result.text = kernel_log_text(lines, now);
  result.found = find_in_kernel_log(lines);
  return result;
}

collected_evidence collect_mounts(bool remote, const std::string& questions, const std::function<bool()>& is_over) {
  constexpr auto longest = 4s; ///< For those that may not answer: this job is given up after 5 s, with all that it has.
  const auto mounted = parse_mounts(read_file("/proc/self/mountinfo", 1 << 20));
  auto all = mounted;
  std::erase_if(all, [&](const captured_mount& x) { return is_remote(x, mounted) != remote; });
  collected_evidence result;
  if (remote && all.empty()) {
    result.skipped = "Nothing is mounted over the network.";
    return result;
  }
  if (remote) {
    const auto until = read_clock(awake_clock) + longest;
    ask_sizes(all,
              [&](const captured_mount& x, std::chrono::nanoseconds patience) {
                return ask_size(x.target, question_lock{questions, "mount " + x.device}, patience, is_over);
              },
              [&] { return is_over() ? 0ns : until - read_clock(awake_clock); });
  } else {
    for (auto& x : all)
      if (is_over())
        leave_out(x);
      else
        take_size(x, size_of(x.target.c_str()));
  }
  result.text = mounts_json(all);
  result.found = find_in_mounts(all);
  return result;
}

} // namespace

capture_platform host_platform() {
  return capture_platform::on_linux;
}

collected_evidence collect_evidence(const std::string& name, const capture_subject& subject,
                                    const std::string& questions, const std::function<bool()>& is_over) {
  if (name == "stacks")
    return collect_stacks(is_over);
  if (name == "processes")
    return collect_processes(is_over);
  if (name == "command_lines")
    return collect_command_lines(is_over);
  if (name == "pressure")
    return collect_pressure();
  if (name == "counters")
    return collect_counters(subject);
  if (name == "kernel_log")
    return collect_kernel_log(subject, is_over);
  if (name == "mounts" || name == "remote_mounts")
    return collect_mounts(name == "remote_mounts", questions, is_over);
  throw std::runtime_error("cannot collect " + name + ": it is unknown here.");
}

std::vector<missing_artifact> find_missing(const std::vector<artifact_plan>& plan) {
  std::vector<missing_artifact> result;
  for (const auto& x : plan) {
    if (!x.command.empty() && find_program(x.command[0], program_path()).empty()) {
      result.push_back({x.name, x.command[0] + " is not installed"});
    } else if (x.name == "journal") {
      const auto is_there = [](const char* path) { return ::access(path, R_OK | X_OK) == 0; };
      if (!is_there("/var/log/journal") && !is_there("/run/log/journal"))
        result.push_back({x.name, "there is no journal here that this user may read"});
    } else if (x.name == "kernel_log") {
      if (const kernel_log_file log; !log.is_open())
        result.push_back({x.name, "/dev/kmsg: " + std::generic_category().message(errno)});
    } else if (x.name == "pressure" && ::access("/proc/pressure/io", R_OK) != 0) {
      result.push_back({x.name, "this kernel does not report pressure (PSI)"});
    }
  }
  return result;
}

counter_snapshot read_counter_snapshot() {
  return {read_clocks(), read_file("/proc/vmstat", 32768), read_file("/proc/diskstats", 65536)};
}

std::optional<std::uint64_t> available_memory() {
  return parse_meminfo(read_file("/proc/meminfo", 1024)).available;
}

} // namespace pmactor
