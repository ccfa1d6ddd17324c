// A file descriptor with an owner, who closes it.
#pragma once

#include <unistd.h>

#include <utility>

namespace pmactor {

class owned_descriptor {
public:
  explicit owned_descriptor(int fd = -1) : fd_(fd) {
  }
  owned_descriptor(owned_descriptor&& x) noexcept : fd_(std::exchange(x.fd_, -1)) {
  }
  owned_descriptor& operator=(owned_descriptor&& x) noexcept {
    std::swap(fd_, x.fd_);
    return *this;
  }
  ~owned_descriptor() {
    reset();
  }
  void reset() {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }
  int get() const {
    return fd_;
  }

private:
  int fd_;
};

} // namespace pmactor
