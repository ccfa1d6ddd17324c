#include "app/instance/lock_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <utility>

namespace pmactor {

std::optional<folder_lock> lock_folder(const std::filesystem::path& folder) {
  owned_descriptor fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd.get() < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open the folder " + folder.string());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0)
    return folder_lock{std::move(fd)};
  if (errno == EWOULDBLOCK)
    return std::nullopt;
  throw std::system_error(errno, std::generic_category(), "cannot lock the folder " + folder.string());
}

} // namespace pmactor
