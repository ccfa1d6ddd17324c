#include "app/witness/probe_actions.hpp"

#include "actors/host/own_program.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/question_lock.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/start_process.hpp"
#include "app/witness/run_queue_clock.hpp"
#include "app/witness/witness_probe.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <utility>

namespace pmactor {
namespace {

/// @returns null if there is no room. @param file negative: memory of no file, which may be written.
char* map(std::size_t bytes, int file) {
  void* room = file < 0 ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                        : ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  return room == MAP_FAILED ? nullptr : static_cast<char*>(room);
}

void write_to(char* byte) {
  *static_cast<volatile char*>(byte) = 1;
}

void read_from(const char* byte) {
  static_cast<void>(*static_cast<const volatile char*>(byte));
}

} // namespace

std::function<bool()> touch_memory() {
  constexpr std::size_t step = 4096; ///< No page is smaller.
  constexpr std::size_t kept = 32 * step, fresh = 64 * step;
  constexpr std::size_t read_at_once = 32; ///< Pages of a file.
  struct rooms {
    char* own = map(kept, -1); ///< For as long as the process lives.
    char* program = nullptr;   ///< Our own, a file that is cached like those of others.
    std::size_t pages = 0, next = 0;
  };
  auto mine = std::make_shared<rooms>();
  const owned_descriptor file{::open(own_program().c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat facts {};
  if (file.get() >= 0 && ::fstat(file.get(), &facts) == 0 && facts.st_size > 0) {
    mine->program = map(static_cast<std::size_t>(facts.st_size), file.get());
    mine->pages = mine->program == nullptr ? 0 : static_cast<std::size_t>(facts.st_size) / step;
  }
  return [mine] {
    auto& r = *mine;
    if (r.own == nullptr)
      return false;
    for (std::size_t i = 0; i < kept; i += step)
      write_to(r.own + i);
    if (auto* room = map(fresh, -1)) {
      for (std::size_t i = 0; i < fresh; i += step)
        write_to(room + i);
      ::munmap(room, fresh);
    }
    // Other pages each time: what was read just now is the last to be evicted.
    for (std::size_t i = 0; i < read_at_once && r.pages > 0; ++i, r.next = (r.next + 7) % r.pages)
      read_from(r.program + r.next * step);
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

std::function<bool(probe_turn&)> start_program() {
  return [](probe_turn& turn) {
    process_order order;
    order.command = {"true"};
    order.path = "/bin:/usr/bin";
    order.ends_with_us = true;
    running_process started{order};
    turn.follow(started.pid());
    siginfo_t end{};
    while (::waitid(P_PID, static_cast<id_t>(started.pid()), &end, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    // Once it is reaped the kernel says no more of it.
    turn.add(run_queue_wait_of(started.pid()).value_or(std::chrono::nanoseconds{}));
    return started.wait().what == process_exit::how::exited;
  };
}

std::function<bool()> ask_mount(std::string where, std::string device, std::string questions) {
  return [where = std::move(where), thing = "mount " + device, questions = std::move(questions)] {
    // Made anew each time: a user who logs out may take the folder along.
    question_lock lock{questions, thing};
    lock.take();
    struct statvfs facts {};
    (void)::statvfs(where.c_str(), &facts);
    lock.give_back();
    return true;
  };
}

} // namespace pmactor
