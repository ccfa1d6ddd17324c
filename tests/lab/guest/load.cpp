// What makes a machine stand still: each load is a program of its own name, so that one can be distinguished
// from another in what the program under test reports.
//   hog-cpu COUNT SECONDS           that many threads that compute
//   hog-rt COUNT SECONDS      the same, of real-time priority
//   hog-memory MIB SECONDS          touches that much memory at random
//   hog-fork COUNT SECONDS          keeps that many short-lived processes alive
//   hog-sync COUNT SECONDS FOLDER   that many threads that write and flush
//   hog-lesser COUNT SECONDS FOLDER the same, to be another program beside it
//   hog-write MIB SECONDS FOLDER    writes a file of that size through the page cache again and
//   again compiler COUNT SECONDS FOLDER   as many jobs at once as a compilation has: start,
//   allocate, compute, write, end
#include "clocks.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

struct request {
  int amount;
  double until; ///< On the awake clock.
  std::string folder;
};

bool is_over(const request& x) {
  return read_clock(CLOCK_MONOTONIC) >= x.until;
}

/// A sequence that is the same in each run.
std::uint64_t next(std::uint64_t& state) {
  return state = state * 6364136223846793005u + 1442695040888963407u;
}

void compute(double until) {
  volatile std::uint64_t state = 1;
  while (read_clock(CLOCK_MONOTONIC) < until)
    for (int i = 0; i < 10'000; ++i)
      state = state * 6364136223846793005u + 1;
}

template <class Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back(work, i);
  for (auto& thread : threads)
    thread.join();
}

void cpu(const request& x) {
  in_threads(x.amount, [&x](int) { compute(x.until); });
}

void realtime(const request& x) {
  const sched_param priority{.sched_priority = 10};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0)
    std::perror("hog-rt");
  cpu(x);
}

void memory(const request& x) {
  const auto bytes = static_cast<std::size_t>(x.amount) << 20;
  auto* pages = static_cast<char*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (pages == MAP_FAILED)
    return;
  // First each page once, as a program does that grows, then any of them.
  for (std::size_t i = 0; i < bytes && !is_over(x); i += 4096)
    pages[i] = 1;
  std::uint64_t state = 1;
  while (!is_over(x))
    for (int i = 0; i < 1000; ++i)
      pages[(next(state) >> 20) % bytes] = 1;
}

void forks(const request& x) {
  int alive = 0;
  while (!is_over(x)) {
    const auto child = alive < x.amount ? fork() : -1;
    if (child == 0) {
      compute(read_clock(CLOCK_MONOTONIC) + 0.02);
      _exit(0);
    }
    alive += child > 0 ? 1 : 0;
    while (alive > 0 && waitpid(-1, nullptr, alive < x.amount ? WNOHANG : 0) > 0)
      --alive;
  }
}

void synchronize(const request& x) {
  in_threads(x.amount, [&x](int i) {
    const auto path = x.folder + "/hog-sync-" + std::to_string(i);
    const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const std::vector<char> block(64 << 10, 'x');
    for (off_t where = 0; !is_over(x); where = (where + 65536) % (4 << 20)) {
      static_cast<void>(!pwrite(file, block.data(), block.size(), where));
      fsync(file);
    }
    close(file);
    unlink(path.c_str());
  });
}

void write_back(const request& x) {
  const auto path = x.folder + "/hog-write";
  const std::vector<char> block(1 << 20, 'x');
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  for (int i = 0; !is_over(x); i = (i + 1) % x.amount)
    static_cast<void>(!pwrite(file, block.data(), block.size(), static_cast<off_t>(i) << 20));
  close(file);
  unlink(path.c_str());
}

void compile_one(const std::string& folder, int number) {
  constexpr std::size_t bytes = 12 << 20;
  std::vector<char> heap(bytes);
  for (std::size_t i = 0; i < bytes; i += 4096)
    heap[i] = static_cast<char>(number);
  compute(read_clock(CLOCK_MONOTONIC) + 0.4);
  const auto path = folder + "/object-" + std::to_string(number);
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  static_cast<void>(!write(file, heap.data(), 256 << 10));
  close(file);
}

void compile(const request& x) {
  in_threads(x.amount, [&x](int i) {
    for (int n = 0; !is_over(x); n = (n + 1) % 20) {
      const auto child = fork();
      if (child == 0) {
        compile_one(x.folder, i * 20 + n);
        _exit(0);
      }
      if (child > 0)
        waitpid(child, nullptr, 0);
    }
  });
}

const std::map<std::string, void (*)(const request&)> loads{
  {"hog-cpu", cpu},          {"hog-rt", realtime},      {"hog-memory", memory}, {"hog-fork", forks},
  {"hog-sync", synchronize}, {"hog-lesser", synchronize}, {"hog-write", write_back}, {"compiler", compile},
};

} // namespace

int main(int count, char** arguments) {
  std::string name = arguments[0];
  name.erase(0, name.rfind('/') + 1);
  const auto load = loads.find(name);
  if (load == loads.end() || count < 3) {
    std::fprintf(stderr, "usage: hog-… AMOUNT SECONDS [FOLDER]\n");
    return 2;
  }
  load->second({std::atoi(arguments[1]), read_clock(CLOCK_MONOTONIC) + std::atof(arguments[2]),
                count > 3 ? arguments[3] : "."});
}
