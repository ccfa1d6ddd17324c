#include "actors/group_watch/file_changes_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_numbers.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/inotify.h>

namespace pmactor {

std::size_t file_changes::half_of_all() {
  std::array<char, 32> room{};
  auto text = kept_file{std::string{"/proc/sys/fs/inotify/max_user_watches"}}.read(room);
  std::uint64_t limit = 0;
  constexpr std::uint64_t of_old_kernels = 8192;
  return static_cast<std::size_t>((take_number(text, limit) ? limit : of_old_kernels) / 2);
}

file_changes::file_changes(std::size_t most)
  : queue_{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)}, most_{most} {
}

std::optional<int> file_changes::watch_file(const std::string& path, std::optional<int> before) {
  // One that is watched already takes no further watch.
  const auto now = add(path, IN_MODIFY, before ? most_ + 1 : most_);
  if (before && now == before)
    --watches_; // it is the same
  else if (before)
    forget(*before);
  return now;
}

std::optional<int> file_changes::watch_folder(const std::string& path) {
  return add(path, IN_CREATE | IN_ONLYDIR, most_);
}

std::optional<int> file_changes::add(const std::string& path, unsigned mask, std::size_t most) {
  if (queue_.get() < 0 || watches_ >= most)
    return std::nullopt;
  const int result = ::inotify_add_watch(queue_.get(), path.c_str(), mask);
  if (result < 0)
    return std::nullopt;
  ++watches_;
  return result;
}

void file_changes::forget(int watch) {
  ::inotify_rm_watch(queue_.get(), watch); // fails if its file is gone, and the watch with it
  --watches_;
}

void file_changes::take() {
  changed_.clear();
  has_lost_ = false;
  if (queue_.get() < 0)
    return;
  alignas(inotify_event) std::array<char, 16384> room{};
  // As many as the kernel's queue holds by default: one that is filled as fast as it is read ends
  // here.
  constexpr int most_reads = 16384 * sizeof(inotify_event) / 16384 + 1;
  for (int i = 0; i < most_reads; ++i) {
    const auto size = ::read(queue_.get(), room.data(), room.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, room.data() + at, sizeof(event));
      if ((event.mask & IN_Q_OVERFLOW) != 0)
        has_lost_ = true;
      else
        changed_.insert(event.wd);
      at += sizeof(event) + event.len;
    }
  }
}

} // namespace pmactor
