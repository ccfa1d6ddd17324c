#include "app/instance/places.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

namespace pmactor {

bool lies_in_memory(const std::filesystem::path& folder) {
  struct statfs facts {};
  return ::statfs(folder.c_str(), &facts) == 0
         && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

} // namespace pmactor
