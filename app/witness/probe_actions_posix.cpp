#include "app/witness/probe_actions.hpp"

#include "actors/host/read_clock.hpp"
#include "actors/host/start_process.hpp"

#include <chrono>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <time.h>
#include <utility>

namespace pmactor {

std::function<bool()> touch_memory() {
  constexpr std::size_t step = 4096; ///< No page is smaller.
  constexpr std::size_t kept = 32 * step, fresh = 64 * step;
  const auto map = [](std::size_t bytes) {
    return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  };
  void* own = map(kept); // for as long as the process lives
  return [own, map] {
    const auto touch = [](void* room, std::size_t bytes) {
      auto* bytes_of = static_cast<volatile char*>(room);
      for (std::size_t i = 0; i < bytes; i += step)
        bytes_of[i] = 1;
    };
    if (own == MAP_FAILED)
      return false;
    touch(own, kept);
    if (void* room = map(fresh); room != MAP_FAILED) {
      touch(room, fresh);
      ::munmap(room, fresh);
    }
    return true;
  };
}

std::function<bool()> do_work() {
  // About what a program needs to answer a key. A scheduler that is fair to a hundred hogs lets it take a second.
  static constexpr auto work = std::chrono::milliseconds{10};
  return [] {
    const auto until = read_clock(CLOCK_THREAD_CPUTIME_ID) + work;
    while (read_clock(CLOCK_THREAD_CPUTIME_ID) < until) {
    }
    return true;
  };
}

std::function<bool()> start_program() {
  return [] {
    process_order order;
    order.command = {"true"};
    order.path = "/bin:/usr/bin";
    order.ends_with_us = true;
    return running_process{order}.wait().what == process_exit::how::exited;
  };
}

std::function<bool()> ask_mount(std::string where) {
  return [where = std::move(where)] {
    struct statvfs facts {};
    (void)::statvfs(where.c_str(), &facts);
    return true;
  };
}

} // namespace pmactor
