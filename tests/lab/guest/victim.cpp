// An ordinary program that does one small thing again and again, and writes down each time that
// took too long: what it feels is the truth by which the program under test is judged, so it shares
// no code with that.
//   victim KIND TARGET     writes "felt KIND TARGET" and the clocks at begin and at end, a line
//   each, to stdout
// It runs at ordinary priority and is not locked in memory, like any program.
#include "clocks.hpp"
#include "x11.hpp"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <spawn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace {

constexpr std::size_t page_size = 4096;
constexpr double too_long_s = 0.15;
constexpr long between_us = 100'000;
constexpr long tick_us = 20'000; ///< Of the timer, which does nothing but to wait.

using work = std::function<void()>;

int open_or_throw(const std::string& path, int flags) {
  const int result = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (result < 0)
    throw std::runtime_error("cannot open " + path + ": " + std::strerror(errno));
  return result;
}

/// A file of that many bytes, which are on the disk.
std::string make_file(const std::string& folder, const char* name, std::size_t bytes) {
  const auto path = folder + "/" + name;
  const int file = open_or_throw(path, O_CREAT | O_WRONLY | O_TRUNC);
  const std::vector<char> block(1 << 20, 'x');
  for (std::size_t written = 0; written < bytes; written += block.size())
    if (write(file, block.data(), block.size()) < 0)
      throw std::runtime_error("cannot write " + path);
  fsync(file);
  close(file);
  return path;
}

char* map_or_throw(std::size_t bytes, int flags, int file) {
  const int access = file < 0 ? PROT_READ | PROT_WRITE : PROT_READ;
  auto* result = mmap(nullptr, bytes, access, flags, file, 0);
  if (result == MAP_FAILED)
    throw std::runtime_error("cannot map memory");
  return static_cast<char*>(result);
}

void touch(const char* pages, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += page_size)
    static_cast<void>(*const_cast<const volatile char*>(pages + i));
}

// What fails is no stall: each thing is done as well as it can be, and only its time counts.

work timer(const std::string&) {
  return [] { usleep(tick_us); };
}

work direct_read(const std::string& folder) {
  constexpr std::size_t bytes = 4 << 20;
  const int file = open_or_throw(make_file(folder, "victim-read", bytes), O_RDONLY | O_DIRECT);
  auto* block = map_or_throw(page_size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  return [file, block, n = std::size_t{0}]() mutable {
    const auto where = (n++ * 7919 % (bytes / page_size)) * page_size;
    static_cast<void>(!pread(file, block, page_size, static_cast<off_t>(where)));
  };
}

work synchronous_write(const std::string& folder) {
  const int file = open_or_throw(folder + "/victim-sync", O_CREAT | O_RDWR);
  return [file, n = 0L]() mutable {
    ++n;
    static_cast<void>(!pwrite(file, &n, sizeof n, 0));
    fdatasync(file);
  };
}

work fresh_memory(const std::string&) {
  return [] {
    constexpr std::size_t bytes = 1 << 20;
    auto* pages = map_or_throw(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (std::size_t i = 0; i < bytes; i += page_size)
      pages[i] = 1;
    munmap(pages, bytes);
  };
}

work held_memory(const std::string&) {
  constexpr std::size_t bytes = 8 << 20;
  auto* pages = map_or_throw(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  std::memset(pages, 1, bytes);
  return [pages] { touch(pages, bytes); };
}

work mapped_file(const std::string& folder) {
  constexpr std::size_t bytes = 16 << 20;
  const int file = open_or_throw(make_file(folder, "victim-mapped", bytes), O_RDONLY);
  const auto* pages = map_or_throw(bytes, MAP_SHARED, file);
  return [pages] { touch(pages, bytes); };
}

work program_start(const std::string& program) {
  return [program] {
    pid_t child = 0;
    char* const arguments[] = {const_cast<char*>("true"), nullptr};
    if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) == 0)
      waitpid(child, nullptr, 0);
  };
}

work open_and_rename(const std::string& folder) {
  return [from = folder + "/victim-new", to = folder + "/victim-name"] {
    const int file = open(from.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
      return;
    static_cast<void>(!write(file, "x", 1));
    close(file);
    rename(from.c_str(), to.c_str());
  };
}

work file_system_size(const std::string& folder) {
  return [folder] {
    struct statfs found {};
    statfs(folder.c_str(), &found);
  };
}

bool receive_whole(int socket, void* to, std::size_t bytes) {
  return recv(socket, to, bytes, MSG_WAITALL) == static_cast<ssize_t>(bytes);
}

work desktop_round_trip(const std::string&) {
  const int display = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto place = display_address();
  const x11_hello hello{'l', 0, 11, 0, 0, 0, 0};
  x11_setup answer{};
  if (connect(display, reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0
      || write(display, &hello, sizeof hello) < 0
      || !receive_whole(display, &answer, sizeof answer))
    throw std::runtime_error("cannot reach the display");
  std::vector<char> rest(answer.words * 4u + 8 - sizeof answer);
  receive_whole(display, rest.data(), rest.size());
  return [display] {
    const x11_request question{get_input_focus, 0, 1};
    x11_reply reply{};
    static_cast<void>(!write(display, &question, sizeof question));
    receive_whole(display, &reply, sizeof reply);
  };
}

const std::map<std::string, work (*)(const std::string&)> kinds{
  {"timer", timer},
  {"read", direct_read},
  {"sync", synchronous_write},
  {"fresh", fresh_memory},
  {"held", held_memory},
  {"mapped", mapped_file},
  {"start", program_start},
  {"rename", open_and_rename},
  {"statfs", file_system_size},
  {"desktop", desktop_round_trip},
};

/// What is being done, and since when.
class diary {
public:
  diary(std::string kind, std::string target) : name_{std::move(kind) + ' ' + std::move(target)} {
  }

  void begin() {
    const std::lock_guard held{lock_};
    since_ = read_clocks();
  }

  /// Writes it down if it took too long.
  void end() {
    const auto now = read_clocks();
    const std::lock_guard held{lock_};
    if (since_ && now.total - since_->total > too_long_s)
      std::printf("felt %s %s %s\n", name_.c_str(), to_text(*since_).c_str(), to_text(now).c_str());
    since_.reset();
  }

private:
  std::mutex lock_;
  std::string name_;
  std::optional<moment> since_;
};

/// Waits for the end of the experiment, at which what still hangs is written down too.
void end_by_signal(diary& book, const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
  book.end();
  std::fflush(stdout);
  _exit(0);
}

} // namespace

int main(int count, char** arguments) {
  const auto kind = count > 1 ? kinds.find(arguments[1]) : kinds.end();
  const std::string target = count > 2 ? arguments[2] : "-";
  if (kind == kinds.end()) {
    std::fprintf(stderr, "usage: victim KIND [TARGET]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    const auto once = kind->second(target);
    const bool waits = kind->first == "timer";
    diary book{kind->first, target};
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    std::thread{[&] { end_by_signal(book, ending); }}.detach();
    while (true) {
      book.begin();
      once();
      book.end();
      if (!waits)
        usleep(between_us);
    }
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "victim %s: %s\n", kind->first.c_str(), problem.what());
    return 1;
  }
}
