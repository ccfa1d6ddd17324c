// A file of /proc or /sys that is opened once and read again and again: half the cost of opening it each
// time, and for a process a handle on this one process, never on a later one with its number.
#pragma once

#include "actors/host/owned_descriptor.hpp"

#include <string>
#include <string_view>

namespace pmactor {

/// Owns its descriptor. Where there is no such file it is not open, and what it reads is empty.
class kept_file {
public:
  kept_file() = default;
  explicit kept_file(int fd) : fd_{fd} {
  }
  /// Opens *path* for reading.
  explicit kept_file(const std::string& path);
  /// The same, relative to the directory *at*.
  static kept_file open(int at, const char* path);

  bool is_open() const {
    return fd_.get() >= 0;
  }
  int fd() const {
    return fd_.get();
  }
  void close() {
    fd_.reset();
  }

  /// Reads from the start into the caller's memory, at most *size* bytes. Allocates nothing.
  /// @returns the text, a view into *buffer*; empty if there is none or it cannot be read (its process
  /// has ended, its device is gone, permission is missing). A file that cannot seek is read once.
  std::string_view read(char* buffer, std::size_t size) const;
  template <class Room>
  std::string_view read(Room& room) const {
    return read(room.data(), room.size());
  }

  /// Reads all of a file of any length; grows *buffer* as needed, up to 16 MiB.
  std::string_view read_all(std::string& buffer) const;

private:
  owned_descriptor fd_;
};

} // namespace pmactor
