#include "app/lock_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {

folder_lock::folder_lock(folder_lock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
}

folder_lock::~folder_lock() {
  if (fd_ >= 0)
    ::close(fd_);
}

std::optional<folder_lock> lock_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open the folder " + folder.string());
  folder_lock lock{fd};
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
    return lock;
  if (errno == EWOULDBLOCK)
    return std::nullopt;
  throw std::system_error(errno, std::generic_category(), "cannot lock the folder " + folder.string());
}

} // namespace pmactor
