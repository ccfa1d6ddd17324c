// What a second of the sampler costs with 300 sleeping processes beside those of the machine. The promise:
// a scan of 400 processes takes less than a millisecond of CPU.
#include "actors/host/file_limit.hpp"
#include "app/sampler/read_machine_linux.hpp"
#include "app/sampler/scan_processes_linux.hpp"
#include "app/sampler/write_plist.hpp"

#include <benchmark/benchmark.h>

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace pmactor;

namespace {

/// Sleep until they are killed, by us or with us.
class sleepers {
public:
  explicit sleepers(int count) {
    for (int i = 0; i < count; ++i) {
      const auto pid = ::fork();
      if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
          ::pause();
      }
      if (pid > 0)
        pids_.push_back(pid);
    }
  }
  ~sleepers() {
    for (const auto pid : pids_)
      ::kill(pid, SIGKILL);
    for (const auto pid : pids_)
      ::waitpid(pid, nullptr, 0);
  }

private:
  std::vector<pid_t> pids_;
};

void scan(benchmark::State& state, std::size_t most_kept) {
  const sleepers crowd{300};
  process_scanner scanner{"/", most_kept};
  std::vector<process_reading> found;
  scanner.scan({}, found);
  scanner.scan({}, found);
  for (auto _ : state)
    scanner.scan({}, found); // everybody is asked and the directory listed, every time
  state.counters["processes"] = static_cast<double>(found.size());
}

void scan_with_kept_descriptors(benchmark::State& state) {
  scan(state, raise_file_limit(most_files) / 2); // as in the sampler, some stay for what is opened and closed
}

void scan_without_descriptors_to_spare(benchmark::State& state) {
  scan(state, 0);
}

void read_machine(benchmark::State& state) {
  machine_reader reader{"/"};
  machine_reading x;
  for (auto _ : state)
    reader.read(x);
}

void write_document_of_100_tasks(benchmark::State& state) {
  process_reading process;
  process.name = "kworker/u8:3-ext4-rsv-conversion";
  process.resident_pages = 1000;
  process.cgroup = std::make_shared<cgroup_place>(cgroup_place{"/system.slice/cron.service", 7});
  sample_window x;
  x.elapsed = x.all_tasks.interval = std::chrono::seconds{1};
  x.tasks.resize(100);
  for (auto& task : x.tasks) {
    task.process = &process;
    task.interval = x.elapsed;
    task.cpu = std::chrono::milliseconds{123};
    task.user_ratio = 0.98765;
    task.io = process_io{4096, 123456};
    task.pageins = 0;
  }
  std::string text;
  for (auto _ : state) {
    text.clear();
    write_plist(x, {}, task_grouping::none, text);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}

} // namespace

BENCHMARK(scan_with_kept_descriptors)->Unit(benchmark::kMicrosecond);
BENCHMARK(scan_without_descriptors_to_spare)->Unit(benchmark::kMicrosecond);
BENCHMARK(read_machine)->Unit(benchmark::kMicrosecond);
BENCHMARK(write_document_of_100_tasks)->Unit(benchmark::kMicrosecond);
