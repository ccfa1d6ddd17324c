// Finds in the kernel's texts what is to be witnessed. Pure; the texts are foreign bytes.
#pragma once

#include "app/witness/watch_disk.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct named_disk {
  std::string_view name; ///< In the text that was parsed.
  disk_counters counters;
};

/// Calls *each* for every complete line of /proc/diskstats. Allocates nothing.
template <class Each>
void for_each_disk(std::string_view text, Each each);

/// A file system whose other end may fall silent: of another machine, or of a program (FUSE).
struct witnessed_mount {
  std::string where;      ///< The mount point, decoded.
  unsigned fuse_device = 0; ///< The minor number that names its FUSE connection; 0 if it is none.
  bool is_fuse = false;
  friend bool operator==(const witnessed_mount&, const witnessed_mount&) = default;
};

/// @param text that of /proc/self/mountinfo.
/// @returns each such file system once, by its first mount point.
std::vector<witnessed_mount> find_witnessed_mounts(std::string_view text);

// ---- the template

/// @returns false if the line is not one of /proc/diskstats.
bool parse_disk_line(std::string_view line, named_disk& to);

template <class Each>
void for_each_disk(std::string_view text, Each each) {
  named_disk disk;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == text.npos)
      return; // the text was cut
    if (parse_disk_line(text.substr(0, end), disk))
      each(disk);
    text.remove_prefix(end + 1);
  }
}

} // namespace pmactor
