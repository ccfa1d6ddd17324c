// Reads and writes that the kernel may do in parts, and that a signal may interrupt, as one.
#pragma once

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace pmactor {

/// What was read before the file ended or failed.
struct read_bytes {
  std::size_t size = 0;
  int error = 0; ///< 0 if it did not fail.
};

/// @param at where in the file to begin; absent: where the descriptor stands.
inline read_bytes read_fully(int fd, char* to, std::size_t size, std::optional<off_t> at = {}) {
  read_bytes result;
  while (result.size < size) {
    const auto count = at ? ::pread(fd, to + result.size, size - result.size, *at + static_cast<off_t>(result.size))
                          : ::read(fd, to + result.size, size - result.size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      result.error = errno;
    if (count <= 0)
      break;
    result.size += static_cast<std::size_t>(count);
  }
  return result;
}

/// @param at as in read_fully(). @returns whether all was written; if not, errno says why.
inline bool write_fully(int fd, std::string_view bytes, std::optional<off_t> at = {}) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.substr(done);
    const auto count = at ? ::pwrite(fd, rest.data(), rest.size(), *at + static_cast<off_t>(done))
                          : ::write(fd, rest.data(), rest.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      errno = count == 0 ? ENOSPC : errno;
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  return true;
}

} // namespace pmactor
