#include "app/selftest/cleanup_guard_linux.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {

cleanup_guard::cleanup_guard(const std::string& script, const std::string& subject) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe2"};
  const owned_descriptor waits{ends[0]};
  held_ = owned_descriptor{ends[1]};
  process_order order;
  order.command = {"/bin/sh", "-c", "read -r nothing; " + script, "sh", subject};
  order.environment = {"PATH=" + program_path() + ":/usr/sbin:/sbin"};
  order.in = waits.get();
  order.with = process_order::company::own_session; // Ctrl-C is for us
  shell_ = std::make_unique<running_process>(order);
}

} // namespace pmactor
