#include "actors/switch_recorder/identify_processes_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_process.hpp"
#include "messages/time.hpp"
#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

constexpr std::int32_t kernel_threads = 2; ///< The parent of all of them.

/// @returns the unit or container of a path in the cgroup tree: its last part.
std::string unit_of(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  return std::string{path.substr(path.rfind('/') + 1)};
}

class proc_reader {
public:
  /// @returns nothing if there is no such process any more.
  std::optional<task_identity> read(std::int32_t pid, std::int32_t* parent) {
    const auto folder = "/proc/" + std::to_string(pid);
    const auto stat = parse_process_stat(kept_file{folder + "/stat"}.read(room_));
    if (!stat || stat->state == 'Z' || stat->state == 'X')
      return std::nullopt;
    task_identity x;
    x.name = std::string{stat->name};
    x.is_kernel_thread = stat->parent == kernel_threads || pid == kernel_threads;
    x.start_time = boot_wall_ + static_cast<double>(stat->started_ticks) / ticks_;
    x.is_ours = pid == self_ || stat->parent == self_;
    *parent = static_cast<std::int32_t>(stat->parent);
    if (!x.is_kernel_thread)
      x.unit = unit_of(find_cgroup(kept_file{folder + "/cgroup"}.read(room_)));
    return x;
  }

private:
  static double boot_time() {
    const auto now = read_clocks();
    return to_seconds(now.wall - now.total);
  }

  std::array<char, 4096> room_{};
  const double boot_wall_ = boot_time();
  const double ticks_ = static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  const std::int32_t self_ = ::getpid();
};

/// Of one that has ended: its name, or that of what forked it before it executed anything; its unit is that of the
/// first of its ancestors that lives.
task_identity recall(std::int32_t pid, const recorded_names& recorded, proc_reader& reader) {
  constexpr int most_generations = 8;
  task_identity x;
  x.has_ended = true;
  auto ancestor = pid;
  for (int i = 0; i < most_generations; ++i) {
    if (const auto name = recorded.names.find(ancestor); name != recorded.names.end()) {
      if (x.name.empty())
        x.name = name->second;
      else if (x.parent.empty() && ancestor != pid)
        x.parent = name->second;
    }
    const auto parent = recorded.parents.find(ancestor);
    if (parent == recorded.parents.end())
      break;
    ancestor = parent->second;
    std::int32_t next = 0;
    if (const auto living = reader.read(ancestor, &next)) {
      if (x.name.empty())
        x.name = living->name; // it forked, and ran on in its image
      else if (x.parent.empty())
        x.parent = living->name;
      x.unit = living->unit;
      x.is_ours = living->is_ours;
      break;
    }
  }
  return x;
}

} // namespace

void identify_processes(switch_log& log, const recorded_names& recorded, std::size_t most) {
  std::map<std::int32_t, std::chrono::nanoseconds> held;
  for (const auto& cpu : log.cpus)
    for (const auto& x : cpu.stretches)
      held[x.pid] += x.ended - x.began;
  for (const auto& disk : log.disks)
    for (const auto& x : disk.requests)
      if (x.pid > 0)
        held[x.pid] += x.ended - x.began;
  std::vector<std::pair<std::chrono::nanoseconds, std::int32_t>> ranked;
  for (const auto& [pid, time] : held)
    ranked.emplace_back(time, pid);
  std::sort(ranked.rbegin(), ranked.rend());
  if (ranked.size() > most)
    ranked.resize(most);
  proc_reader reader;
  std::map<std::int32_t, std::string> parent_names;
  for (const auto& [time, pid] : ranked) {
    std::int32_t parent = 0;
    auto known = pid > 0 ? reader.read(pid, &parent) : std::nullopt;
    if (!known) {
      log.processes[pid] = recall(pid, recorded, reader);
      continue;
    }
    if (parent > 0 && !known->is_kernel_thread) {
      auto [name, is_new] = parent_names.try_emplace(parent);
      std::int32_t next = 0;
      if (is_new)
        if (const auto its = reader.read(parent, &next))
          name->second = its->name;
      known->parent = name->second;
    }
    log.processes[pid] = std::move(*known);
  }
}

} // namespace pmactor
