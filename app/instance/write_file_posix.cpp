#include "app/instance/write_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

void write_file(const std::filesystem::path& file, const std::string& content, unsigned mode) {
  const auto fail = [&file](int error) {
    throw std::runtime_error("Cannot write " + file.string() + ": " + std::strerror(error)
                             + (error == EACCES || error == EPERM ? "; try `sudo`." : "."));
  };
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed)
    fail(failed.value());
  auto fresh = file;
  fresh += ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0)
    fail(errno);
  const auto n = ::write(fd, content.data(), content.size());
  const bool fine = n == static_cast<ssize_t>(content.size())
                    && ::fchmod(fd, static_cast<mode_t>(mode)) == 0 && ::fsync(fd) == 0;
  const auto error = n >= 0 && n < static_cast<ssize_t>(content.size()) ? ENOSPC : errno;
  ::close(fd);
  if (!fine || ::rename(fresh.c_str(), file.c_str()) != 0) {
    const auto why = fine ? errno : error;
    ::unlink(fresh.c_str());
    fail(why);
  }
}

} // namespace pmactor
