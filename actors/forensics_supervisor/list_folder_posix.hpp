// Walks through a folder that is open, without following a name to another one.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {

/// Calls *each* with every entry, the folder's own and its parent's too, until it returns false. The
/// descriptor stays the caller's.
template <class F>
void each_entry(int folder, F each) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (copy < 0)
    return;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing{::fdopendir(copy), &::closedir};
  if (!listing) {
    ::close(copy);
    return;
  }
  while (const auto* entry = ::readdir(listing.get()))
    if (!each(*entry))
      break;
}

/// Calls *each* with every name but the folder's own and its parent's, until it returns false.
template <class F>
void each_name(int folder, F each) {
  each_entry(folder, [&each](const dirent& entry) {
    const std::string name = entry.d_name;
    return name == "." || name == ".." || each(name);
  });
}

} // namespace pmactor
