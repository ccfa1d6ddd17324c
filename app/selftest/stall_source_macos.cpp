#include "app/selftest/stall_source.hpp"

#include <stdexcept>

namespace pmactor {

std::unique_ptr<stall_source> make_frozen_disk(const std::filesystem::path&) {
  throw std::runtime_error{"this system cannot freeze a file system"};
}

std::unique_ptr<stall_source> make_hanging_mount(const std::filesystem::path&) {
  throw std::runtime_error{"this system has no FUSE"};
}

std::unique_ptr<stall_source> make_short_memory(const std::filesystem::path&) {
  throw std::runtime_error{"macOS has no control groups"};
}

std::unique_ptr<stall_source> make_realtime_hogs(const std::filesystem::path&) {
  throw std::runtime_error{"this system lets no process run before all others"};
}

} // namespace pmactor
