#include "actors/host/kept_file_linux.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace pmactor {

kept_file::kept_file(const std::string& path) : kept_file{open(AT_FDCWD, path.c_str())} {
}

kept_file kept_file::open(int at, const char* path) {
  return kept_file{::openat(at, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
}

std::string_view kept_file::read(char* buffer, std::size_t size) const {
  if (!is_open())
    return {};
  ssize_t count = 0;
  do
    count = ::pread(fd(), buffer, size, 0);
  while (count < 0 && errno == EINTR);
  if (count < 0 && errno == ESPIPE) // a file that has no places, as those of FUSE's connections: it is read once
    count = ::read(fd(), buffer, size);
  return {buffer, count > 0 ? static_cast<std::size_t>(count) : 0};
}

std::string_view kept_file::read_all(std::string& buffer) const {
  constexpr std::size_t least = 4096, most = 16u << 20;
  if (buffer.size() < least)
    buffer.resize(least);
  std::size_t size = 0;
  for (;;) {
    const auto count
      = ::pread(fd(), buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return {buffer.data(), count < 0 ? 0 : size};
    size += static_cast<std::size_t>(count);
    if (size == buffer.size()) {
      if (size >= most)
        return {buffer.data(), size};
      buffer.resize(2 * size);
    }
  }
}

} // namespace pmactor
