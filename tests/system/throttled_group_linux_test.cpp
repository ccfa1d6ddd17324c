// A real control group that its quota holds up.
#define CAF_SUITE throttled_group_linux

#include "actors/group_watch/group_look.hpp"
#include "actors/host/read_clock.hpp"
#include "app/selftest/inflict_pauses.hpp"
#include "messages/time.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using std::chrono::nanoseconds;

namespace {

/// A process of a real group, which may use a fifth of a CPU and uses a certain time of it.
struct burner {
  nanoseconds wall{}, cpu{};
};

std::optional<burner> burn_within(const std::string& members, nanoseconds cpu_time) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0)
    return std::nullopt;
  const auto child = ::fork();
  if (child == 0) {
    burner done;
    if (std::ofstream{members} << ::getpid() << std::flush) {
      const auto began = read_clock(CLOCK_MONOTONIC);
      const auto used = read_clock(CLOCK_PROCESS_CPUTIME_ID);
      while (read_clock(CLOCK_PROCESS_CPUTIME_ID) - used < cpu_time)
        ;
      done = {read_clock(CLOCK_MONOTONIC) - began, read_clock(CLOCK_PROCESS_CPUTIME_ID) - used};
    }
    const auto written = ::write(ends[1], &done, sizeof(done));
    ::_exit(written == sizeof(done) ? 0 : 1);
  }
  burner result;
  const bool is_read = child > 0 && ::read(ends[0], &result, sizeof(result)) == sizeof(result);
  ::close(ends[0]);
  ::close(ends[1]);
  if (child > 0)
    ::waitpid(child, nullptr, 0);
  return is_read && result.wall > 0ns ? std::optional{result} : std::nullopt;
}

} // namespace

CAF_TEST(the time for which a real group was throttled is right within five percent) {
  const test_groups real;
  std::string folder, members;
  for (const auto& x : real.members()) {
    const auto parent = fs::path{x}.parent_path();
    if (std::error_code e;
        fs::exists(parent / "cpu.max", e) || fs::exists(parent / "cpu.cfs_quota_us", e))
      folder = parent.string(), members = x;
  }
  if (folder.empty()) {
    CAF_MESSAGE("no quota can be set here: " << real.why_not());
    return;
  }
  // It is to wait for its quota alone, whatever else the machine does.
  std::ofstream{folder + "/cpu.shares"} << 262144;
  std::ofstream{folder + "/cpu.weight"} << 10000;
  std::ofstream{folder + "/cpu.max"} << "20000 100000";
  std::ofstream{folder + "/cpu.cfs_quota_us"} << 20000;
  const auto aut = host_groups().open(20'000);
  const auto throttled = [&] {
    for (const auto& x : aut->read(look_depth::counters).groups)
      if (x.id == folder)
        return x.throttled.value_or(nanoseconds{-1});
    return nanoseconds{-1};
  };
  double off = 1;
  for (int i = 0; i < 4 && off > 0.05; ++i) { // others may hold the CPUs up all the same
    const auto before = throttled();
    CAF_REQUIRE(before >= 0ns);
    const auto truth = burn_within(members, 300ms);
    CAF_REQUIRE(truth);
    const auto waited = to_seconds(truth->wall - truth->cpu);
    off = std::abs(to_seconds(throttled() - before) - waited) / waited;
  }
  CAF_MESSAGE("off by " << 100 * off << " %");
  CAF_CHECK_LESS_OR_EQUAL(off, 0.05);
}
