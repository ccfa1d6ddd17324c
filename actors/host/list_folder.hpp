// Lists an open folder, without following a name that could be exchanged for a link meanwhile.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <unistd.h>

namespace pmactor {

/// Calls *each* with every entry of the folder but `.` and `..` until it returns false; with none if it
/// cannot be listed.
template <class F>
void each_entry(int folder, F each) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (copy < 0)
    return;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing{::fdopendir(copy), &::closedir};
  if (!listing) {
    ::close(copy);
    return;
  }
  while (const auto* entry = ::readdir(listing.get())) {
    const std::string_view name{entry->d_name};
    if (name != "." && name != ".." && !each(*entry))
      break;
  }
}

} // namespace pmactor
