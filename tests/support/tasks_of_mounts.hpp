// Which threads of daemons see the mounts of this test's own.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {

struct seen_task {
  std::filesystem::path place; ///< /proc/PID/task/TID
  std::string name;
};

/// @returns the threads of other processes that are named as ours are and see the same mounts as the calling thread:
/// also those that a process that was killed cannot end, whose parent is init by then.
inline std::vector<seen_task> tasks_of_own_mounts() {
  namespace fs = std::filesystem;
  std::vector<seen_task> result;
  std::error_code gone;
  const auto own = fs::read_symlink("/proc/thread-self/ns/mnt", gone);
  for (const auto& process : fs::directory_iterator{"/proc", gone}) {
    const auto name = process.path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos || name == std::to_string(::getpid()))
      continue;
    std::error_code ended; // meanwhile
    for (fs::directory_iterator task{process.path() / "task", ended}; !ended && task != fs::directory_iterator{};
         task.increment(ended)) {
      seen_task x{task->path(), {}};
      std::getline(std::ifstream{x.place / "comm"}, x.name);
      // One that has ended sees nothing.
      if (!x.name.starts_with("pm") || fs::read_symlink(x.place / "ns/mnt", gone) != own)
        continue;
      result.push_back(std::move(x));
    }
  }
  return result;
}

/// @returns whether it is in this system call.
inline bool is_in_call(const seen_task& x, long number) {
  std::string word;
  std::ifstream{x.place / "syscall"} >> word;
  return word == std::to_string(number);
}

} // namespace pmactor
