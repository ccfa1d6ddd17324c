#define CAF_SUITE scan_processes_linux

#include "actors/host/file_limit.hpp"
#include "app/sampler/scan_processes_linux.hpp"

#include "support/made_up_root.hpp"
#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// A /proc of our own making. Its files stay what they are when removed, as far as a kept descriptor sees;
/// truncating one makes it read as that of a process that has ended.
struct fixture : made_up_root {
  std::vector<process_reading> found;
  std::uint64_t forks = 0;
  std::chrono::nanoseconds at{};

  fixture() {
    write("self/schedstat", "1 1 1\n");
  }
  void write(const fs::path& file, const std::string& text) const {
    made_up_root::write("proc" / file, text);
  }
  void stat(int pid, const std::string& name, char state, int ticks, int threads = 1,
            int started = 100) {
    write(std::to_string(pid) + "/stat",
          std::to_string(pid) + " (" + name + ") " + state + " 1 1 1 0 -1 0 0 0 4 0 "
            + std::to_string(ticks) + " 0 0 0 20 0 " + std::to_string(threads) + " 0 "
            + std::to_string(started) + " 4096 10 0\n");
  }
  void schedstat(int pid, long ns) {
    write(std::to_string(pid) + "/schedstat", std::to_string(ns) + " 0 9\n");
  }
  void io(int pid, int bytes) {
    write(std::to_string(pid) + "/io",
          "read_bytes: " + std::to_string(bytes) + "\nwrite_bytes: 0\n");
  }
  void scan(process_scanner& scanner, bool all = true, std::chrono::nanoseconds busy = {}) {
    at += std::chrono::seconds{1};
    scanner.scan({at, ++forks, busy, all}, found);
  }
  /// Comes to where the first process has three scans to sleep on.
  void pass_turn(process_scanner& scanner) {
    do
      scan(scanner, false);
    while (found[0].at != at);
  }
  /// Lets all sleep for so long that each is only asked in turn.
  void rest(process_scanner& scanner) {
    for (int i = 0; i < 64; ++i)
      scan(scanner);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(scan_processes_linux_tests, fixture)

CAF_TEST(every process is read in the order of the pids) {
  stat(12, "a) R 1 (b", 'S', 5);
  stat(7, "seven", 'R', 6);
  schedstat(7, 60'000'000);
  io(7, 4096);
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK_EQUAL(found[0].pid, 7);
  CAF_CHECK_EQUAL(found[0].name, "seven");
  CAF_CHECK_EQUAL(found[0].user_ticks, 6u);
  CAF_CHECK_EQUAL(found[0].major_faults, 4u);
  CAF_CHECK(found[0].run_ns == 60'000'000u);
  CAF_CHECK(found[0].resident_pages == 10u);
  CAF_CHECK(found[0].io == (process_io{4096, 0}));
  CAF_CHECK_EQUAL(found[1].pid, 12);
  CAF_CHECK_EQUAL(found[1].name, "a) R 1 (b");
  CAF_CHECK(!found[1].run_ns);
  CAF_CHECK(!found[1].io); // may not be read
}

CAF_TEST(a process whose exact clock stands still is not asked again until it moves) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  scan(scanner);
  scan(scanner);
  stat(7, "seven", 'S', 7); // cannot happen; shows that it is not read
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].user_ticks, 6u);
  schedstat(7, 70'000'000);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].user_ticks, 7u);
  CAF_CHECK(found[0].run_ns == 70'000'000u);
}

CAF_TEST(a long sleeper is asked in every fourth scan and its reading says when) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  rest(scanner);
  int asked = 0;
  for (int i = 0; i < 8; ++i) {
    scan(scanner, false);
    asked += found[0].at == at;
  }
  CAF_CHECK_EQUAL(asked, 2);
}

CAF_TEST(a long sleeper that woke is noticed in its turn and then asked every time) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  rest(scanner);
  schedstat(7, 61'000'000);
  for (int i = 0; i < 4; ++i)
    scan(scanner, false);
  CAF_CHECK(found[0].run_ns == 61'000'000u);
  for (unsigned ns = 62'000'000; ns < 66'000'000; ns += 1'000'000) {
    schedstat(7, static_cast<long>(ns));
    scan(scanner, false);
    CAF_CHECK(found[0].run_ns == ns);
  }
}

CAF_TEST(a full scan asks every sleeper) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  rest(scanner);
  for (int i = 0; i < 4; ++i) {
    scan(scanner);
    CAF_CHECK(found[0].at == at);
  }
}

CAF_TEST(CPU time that none of those asked had forces a full scan) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  rest(scanner);
  pass_turn(scanner);
  schedstat(7, 200'000'000);
  scanner.scan({++at, forks, std::chrono::milliseconds{50}, false}, found);
  CAF_CHECK(found[0].run_ns == 60'000'000u);
  scanner.scan({++at, forks, std::chrono::milliseconds{51}, false}, found);
  CAF_CHECK(found[0].run_ns == 200'000'000u);
}

CAF_TEST(CPU time that another had or that ended with its process forces none) {
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  stat(8, "eight", 'S', 6, 2);
  process_scanner scanner{root, 100};
  rest(scanner);
  pass_turn(scanner);
  stat(8, "eight", 'S', 106, 2);
  scanner.scan({++at, forks, std::chrono::seconds{1}, false}, found);
  CAF_CHECK(found[0].at != at);
  fs::resize_file(root / "proc/8/stat", 0);
  fs::remove_all(root / "proc/8");
  scanner.scan({++at, forks, std::chrono::seconds{1}, false}, found);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].at != at);
  scanner.scan({++at, forks + 5, std::chrono::seconds{1}, false}, found); // made and not to be seen
  CAF_CHECK(found[0].at != at);
}

CAF_TEST(a process with threads is asked every time and has no exact clock) {
  stat(7, "seven", 'S', 6, 3);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_CHECK(!found[0].run_ns);
  stat(7, "seven", 'S', 9, 3);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].user_ticks, 9u);
  stat(7, "seven", 'S', 9, 1); // the threads are gone
  scan(scanner);
  CAF_CHECK(found[0].run_ns == 60'000'000u);
  schedstat(7, 70'000'000);
  stat(7, "seven", 'S', 10, 2); // and there is one again
  scan(scanner);
  CAF_CHECK(!found[0].run_ns);
}

CAF_TEST(a process in uninterruptible sleep is asked until it is out of it) {
  stat(7, "seven", 'D', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  scan(scanner);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].state, 'D');
  stat(7, "seven", 'R', 6);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].state, 'R');
}

CAF_TEST(where a process in uninterruptible sleep waits is known as long as it does) {
  stat(7, "seven", 'D', 6);
  write("7/wchan", "jbd2_log_wait_commit");
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].waits_in, "jbd2_log_wait_commit");
  stat(7, "seven", 'R', 7);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].waits_in, "");
}

CAF_TEST(a kernel without exact clocks is read by stat alone) {
  write("self/schedstat", "0 0 0\n");
  stat(7, "seven", 'S', 6);
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_CHECK(!found[0].run_ns);
  stat(7, "seven", 'S', 8);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].user_ticks, 8u);
}

CAF_TEST(a process that has ended is forgotten and its descriptors are given back) {
  stat(7, "seven", 'S', 6, 2);
  stat(8, "eight", 'S', 6, 2);
  process_scanner scanner{root, 100};
  scan(scanner);
  scan(scanner);
  CAF_CHECK_EQUAL(scanner.kept(), 2u);
  fs::resize_file(root / "proc/7/stat", 0);
  fs::remove_all(root / "proc/7");
  scan(scanner);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].pid, 8);
  CAF_CHECK_EQUAL(scanner.kept(), 1u);
}

CAF_TEST(an ended process is noticed without listing the directory) {
  stat(7, "seven", 'S', 6, 2);
  process_scanner scanner{root, 100};
  scan(scanner);
  scan(scanner);
  fs::resize_file(root / "proc/7/stat", 0);
  fs::remove_all(root / "proc/7");
  scanner.scan({at, forks, {}, true}, found); // no fork since
  CAF_CHECK(found.empty());
  CAF_CHECK_EQUAL(scanner.kept(), 0u);
}

CAF_TEST(the directory is listed again after a fork) {
  process_scanner scanner{root, 100};
  scan(scanner);
  stat(7, "seven", 'S', 6);
  scanner.scan({at, forks, {}, true}, found);
  CAF_CHECK(found.empty());
  scan(scanner);
  CAF_CHECK_EQUAL(found.size(), 1u);
}

CAF_TEST(without descriptors to spare a pid used again is known by its start) {
  stat(7, "seven", 'S', 500, 1, 100);
  schedstat(7, 60'000'000);
  io(7, 4096);
  write("7/cgroup", "0::/first.scope\n");
  process_scanner scanner{root, 0};
  scan(scanner);
  stat(7, "seven", 'S', 501, 1, 100);
  scan(scanner);
  CAF_CHECK_EQUAL(scanner.kept(), 0u);
  CAF_CHECK_EQUAL(found[0].started_ticks, 100u);
  CAF_REQUIRE(found[0].cgroup);
  CAF_CHECK_EQUAL(found[0].cgroup->path, "/first.scope");
  stat(7, "seven", 'S', 3, 1, 900); // another run of the same program
  io(7, 1);
  write("7/cgroup", "0::/second.scope\n");
  scan(scanner);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].started_ticks, 900u);
  CAF_CHECK(found[0].io == (process_io{1, 0}));
  CAF_REQUIRE(found[0].cgroup);
  CAF_CHECK_EQUAL(found[0].cgroup->path, "/second.scope");
}

CAF_TEST(the cgroup is read once it runs and again when it runs another program) {
  stat(7, "seven", 'S', 6, 2);
  write("7/cgroup", "0::/first.scope\n");
  fs::create_directories(root / "sys/fs/cgroup/first.scope");
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_CHECK(!found[0].cgroup);
  stat(7, "seven", 'S', 7, 2);
  scan(scanner);
  CAF_REQUIRE(found[0].cgroup);
  CAF_CHECK_EQUAL(found[0].cgroup->path, "/first.scope");
  CAF_CHECK(found[0].cgroup->inode != 0);
  write("7/cgroup", "0::/second.scope\n");
  stat(7, "seven", 'S', 8, 2);
  scan(scanner);
  CAF_CHECK_EQUAL(found[0].cgroup->path, "/first.scope");
  stat(7, "execed", 'S', 9, 2);
  scan(scanner);
  CAF_REQUIRE(found[0].cgroup);
  CAF_CHECK_EQUAL(found[0].cgroup->path, "/second.scope");
  CAF_CHECK_EQUAL(found[0].cgroup->inode, 0u); // nothing to be seen of it
}

CAF_TEST(what a process with one thread did itself is known) {
  const auto whole_and_own = [&](int whole, int own) {
    io(7, whole);
    write("7/task/7/io", "read_bytes: " + std::to_string(own) + "\nwrite_bytes: 0\n");
  };
  stat(7, "sh", 'S', 6);
  io(7, 0);
  process_scanner scanner{root, 100};
  scan(scanner);
  CAF_CHECK(found[0].own_io == process_io{}); // without a look
  stat(7, "sh", 'S', 7);
  whole_and_own(5000, 100);
  scan(scanner);
  CAF_CHECK(found[0].io == (process_io{5000, 0}));
  CAF_CHECK(found[0].own_io == (process_io{100, 0}));
  stat(7, "sh", 'S', 8, 2);
  whole_and_own(6000, 100); // another thread did it
  scan(scanner);
  CAF_CHECK(!found[0].own_io);
  stat(7, "sh", 'S', 9);
  whole_and_own(7000, 100); // and has ended
  scan(scanner);
  CAF_CHECK(found[0].io == (process_io{7000, 0}));
  CAF_CHECK(!found[0].own_io);
}

CAF_TEST(a long sleeper whose child has ended is asked at once) {
  stat(1, "parent", 'S', 6);
  schedstat(1, 60'000'000);
  stat(7, "child", 'S', 6); // its parent is 1
  schedstat(7, 60'000'000);
  process_scanner scanner{root, 100};
  rest(scanner);
  pass_turn(scanner);
  CAF_CHECK_EQUAL(found.size(), 2u);
  fs::remove_all(root / "proc/7");
  scan(scanner, false);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].at == at);
}

CAF_TEST(the real processes are read and we are among them) {
  process_scanner scanner{"/", raise_file_limit(most_files)};
  scan(scanner);
  const auto self = std::find_if(found.begin(), found.end(),
                                 [](const auto& x) { return x.pid == ::getpid(); });
  CAF_REQUIRE(self != found.end());
  CAF_CHECK_EQUAL(self->state, 'R');
  CAF_CHECK(self->io);
}

CAF_TEST_FIXTURE_SCOPE_END()
