#include "actors/host/process_facts.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_process.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/transfer_fully.hpp"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

namespace pmactor {
namespace {

/// @returns the first 4 KiB of the file; empty if it cannot be read. None of those read here is
/// longer where it matters.
std::string content(const std::string& file) {
  const owned_descriptor from{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (from.get() < 0)
    return {};
  std::string result(4096, '\0');
  result.resize(read_fully(from.get(), result.data(), result.size()).size);
  return result;
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number result{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), result);
  return problem == std::errc{} ? std::optional{result} : std::nullopt;
}

std::string folder_of(std::int64_t pid) {
  return "/proc/" + std::to_string(pid);
}

std::vector<thread_facts> threads_of(const std::string& folder) {
  constexpr std::size_t most = 64;
  std::vector<thread_facts> result;
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks{::opendir((folder + "/task").c_str()),
                                                  ::closedir};
  if (!tasks)
    return result;
  while (const auto* entry = ::readdir(tasks.get())) {
    const auto id = number<std::int64_t>(entry->d_name);
    if (!id || result.size() == most)
      continue;
    const auto task = folder + "/task/" + entry->d_name;
    const auto stat = parse_process_stat(content(task + "/stat"));
    if (!stat)
      continue;
    const auto wait = content(task + "/wchan");
    result.push_back({*id, stat->state, std::string{find_wait(wait)}});
  }
  return result;
}

bool is_frozen(const std::string& folder) {
  const auto groups = content(folder + "/cgroup");
  const std::string path{find_cgroup(groups)}; // of another tree there is no such file
  return content("/sys/fs/cgroup" + path + "/cgroup.events").find("frozen 1") != std::string::npos;
}

/// @returns a field of statm, counted from 0, in bytes: 1 is the resident set, 2 what of it is of files. Not the
/// proportional share of smaps_rollup: reading that waits for a lock which a process that is stuck in a page fault holds.
std::optional<double> memory_in(std::string_view statm, int field) {
  for (; field > 0; --field) {
    const auto space = statm.find(' ');
    if (space == statm.npos)
      return std::nullopt;
    statm.remove_prefix(space + 1);
  }
  const auto pages = number<std::uint64_t>(statm);
  return pages ? std::optional{static_cast<double>(*pages)
                               * static_cast<double>(::sysconf(_SC_PAGESIZE))}
               : std::nullopt;
}

} // namespace

std::optional<process_facts> facts_of(std::int64_t pid) {
  if (pid < 1)
    return std::nullopt;
  const auto folder = folder_of(pid);
  const auto stat = parse_process_stat(content(folder + "/stat"));
  if (!stat)
    return std::nullopt;
  process_facts result;
  result.start = stat->started_ticks;
  result.state = stat->state;
  result.frozen = is_frozen(folder);
  const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto time = [ticks_per_second](std::uint64_t ticks) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(ticks * 1000 / ticks_per_second)};
  };
  result.cpu = time(stat->user_ticks + stat->system_ticks);
  result.reaped_cpu = time(stat->reaped_user_ticks + stat->reaped_system_ticks);
  const auto statm = content(folder + "/statm");
  result.memory = memory_in(statm, 1);
  result.shared = memory_in(statm, 2);
  result.threads = threads_of(folder);
  return result;
}

process_identity own_identity() {
  const auto stat = parse_process_stat(content("/proc/self/stat"));
  if (!stat)
    throw std::runtime_error(
      "Cannot read /proc/self/stat, which says when this process was started; "
      "is /proc mounted?");
  return {::getpid(), stat->started_ticks, current_boot_id()};
}

std::optional<process_identity> identity_of(std::int64_t pid) {
  if (pid < 1)
    return std::nullopt;
  const auto stat = parse_process_stat(content(folder_of(pid) + "/stat"));
  if (!stat || stat->state == 'Z' || stat->state == 'X')
    return std::nullopt;
  return process_identity{pid, stat->started_ticks, current_boot_id()};
}

std::string current_boot_id() {
  return std::string{first_line(content("/proc/sys/kernel/random/boot_id"))};
}

std::int64_t own_thread_id() {
  thread_local const std::int64_t id = ::syscall(SYS_gettid);
  return id;
}

clock_sample read_clocks() {
  return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_BOOTTIME), read_clock(CLOCK_REALTIME)};
}

} // namespace pmactor
