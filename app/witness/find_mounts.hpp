// Finds the mounts that are to be witnessed. Pure; the text is foreign bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// A file system whose other end may fall silent: of another machine, or of a program (FUSE).
struct witnessed_mount {
  enum class type : std::uint8_t { fuse, nfs, other };
  type is = type::other;
  std::string where;             ///< The mount point, decoded.
  std::string device;            ///< "0:55": no other file system has it while a question to this one is open.
  std::uint64_t fuse_device = 0; ///< The minor number that names its FUSE connection; 0 if it is none.
  friend bool operator==(const witnessed_mount&, const witnessed_mount&) = default;
};

/// @param text that of /proc/self/mountinfo.
/// @returns each such file system once, by its first mount point.
std::vector<witnessed_mount> find_witnessed_mounts(std::string_view text);

} // namespace pmactor
