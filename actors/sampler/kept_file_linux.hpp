// A file of /proc or /sys that is opened once and read again and again: half the cost of opening it each
// time, and for a process a handle on this one process, never on a later one with its number.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace pmactor {

/// Owns a descriptor.
class kept_file {
public:
  kept_file() = default;
  explicit kept_file(int fd) : fd_{fd} {
  }
  /// Opens *path* for reading, relative to the directory *at*; check with is_open().
  static kept_file open(int at, const char* path);
  static kept_file open(const std::string& path);
  kept_file(kept_file&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {
  }
  kept_file& operator=(kept_file&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~kept_file() {
    close();
  }

  bool is_open() const {
    return fd_ >= 0;
  }
  int fd() const {
    return fd_;
  }
  void close() noexcept;

  /// Reads from the start into the caller's memory, at most *size* bytes.
  /// @returns the text, a view into *buffer*; empty if there is none or it cannot be read (its process
  /// has ended, its device is gone, permission is missing).
  std::string_view read(char* buffer, std::size_t size) const;

  /// Reads all of a file of any length; grows *buffer* as needed, up to 16 MiB.
  std::string_view read_all(std::string& buffer) const;

private:
  int fd_ = -1;
};

} // namespace pmactor
