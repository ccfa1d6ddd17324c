#include "actors/witness_keeper/find_wait_place_linux.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/read_device_facts_linux.hpp"
#include "actors/witness_keeper/parse_syscall.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <sys/syscall.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// Calls whose first argument is a descriptor, and which wait for the file system behind it.
constexpr std::array<long, 14> file_calls{
  SYS_read,    SYS_write, SYS_pread64,   SYS_pwrite64,  SYS_readv,     SYS_writev, SYS_preadv,
  SYS_pwritev, SYS_fsync, SYS_fdatasync, SYS_fallocate, SYS_ftruncate, SYS_syncfs, SYS_getdents64};

/// @returns the disk of a device number such as "8:1"; of one that is built on a single other one, that.
std::string disk_of(const std::string& device) {
  auto name = find_disk_name("/sys/dev/block/" + device);
  constexpr int deepest = 8; // stacks of stacks end somewhere
  for (int depth = 0; depth < deepest && !name.empty(); ++depth) {
    const auto below = find_disks_below("/", name);
    if (below.size() != 1)
      break;
    name = below.front();
  }
  return name;
}

/// @returns the number behind "mnt_id:" of /proc/PID/fdinfo/FD; 0 if there is none.
std::uint64_t mount_of_descriptor(const std::string& process, std::uint64_t descriptor) {
  std::array<char, 512> room{};
  auto text = kept_file{process + "/fdinfo/" + std::to_string(descriptor)}.read(room);
  constexpr std::string_view key = "mnt_id:\t";
  const auto at = text.find(key);
  std::uint64_t result = 0;
  if (at == text.npos)
    return 0;
  text.remove_prefix(at + key.size());
  return take_number(text, result) ? result : 0;
}

/// May hang, as the process does.
wait_place find_place(std::int64_t pid) {
  const auto process = "/proc/" + std::to_string(pid);
  std::array<char, 256> room{};
  const auto call = parse_syscall(kept_file{process + "/syscall"}.read(room));
  if (!call || std::find(file_calls.begin(), file_calls.end(), static_cast<long>(call->number)) == file_calls.end())
    return {};
  const auto mount = mount_of_descriptor(process, call->argument);
  std::string buffer;
  // As that process sees it: it may live in a container.
  for (auto rest = kept_file{process + "/mountinfo"}.read_all(buffer); mount != 0 && !rest.empty();) {
    const auto line = take_line(rest);
    auto front = line;
    std::uint64_t number = 0;
    if (!take_number(front, number) || number != mount)
      continue;
    if (const auto found = parse_mount(line))
      return {mount_path(found->point), disk_of(std::string{found->device})};
  }
  return {};
}

} // namespace

struct place_finder::shared {
  struct answer {
    std::chrono::nanoseconds since{};
    wait_place place;
  };
  static constexpr std::size_t most = 64;

  std::mutex lock; ///< Held for moments only.
  std::map<std::int64_t, answer> answers; ///< By process.
};

place_finder::place_finder() : shared_{std::make_shared<shared>()} {
}

wait_place place_finder::of(std::int64_t pid, std::chrono::nanoseconds since) {
  constexpr auto same_wait = 20ms;
  {
    const std::lock_guard held{shared_->lock};
    const auto known = shared_->answers.find(pid);
    if (known != shared_->answers.end() && std::chrono::abs(known->second.since - since) < same_wait)
      return known->second.place;
  }
  job_.start("pm-place", [mine = shared_, pid, since] {
    auto place = find_place(pid);
    const std::lock_guard held{mine->lock};
    if (mine->answers.size() >= shared::most)
      mine->answers.clear();
    mine->answers[pid] = {since, std::move(place)};
  });
  return {};
}

} // namespace pmactor
