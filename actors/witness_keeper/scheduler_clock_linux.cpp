#include "actors/witness_keeper/scheduler_clock_linux.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/read_clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <sched.h>
#include <string_view>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds fresh = 10min;

/// @returns "se.exec_start : 123.456789", which is in milliseconds.
std::optional<nanoseconds> read_exec_start(const std::string& folder) {
  std::array<char, 512> room{};
  const auto text = kept_file{folder + "/sched"}.read(room);
  constexpr std::string_view key = "se.exec_start";
  const auto at = text.find(key);
  const auto colon = at == text.npos ? at : text.find(':', at);
  if (colon == text.npos)
    return std::nullopt;
  const auto begin = text.find_first_not_of(' ', colon + 1);
  double ms = 0;
  if (begin == text.npos || std::from_chars(text.data() + begin, text.data() + text.size(), ms).ec != std::errc{})
    return std::nullopt;
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double, std::milli>{ms});
}

/// @returns by how much the awake clock is ahead of that of the CPU on which this thread runs.
std::optional<nanoseconds> ahead_of_own_cpu() {
  const auto own = read_exec_start("/proc/thread-self");
  return own ? std::optional{read_clock(awake_clock) - *own} : std::nullopt;
}

/// Visits each CPU that the process may use. A CPU that lets no ordinary thread run keeps it there.
std::map<std::uint64_t, nanoseconds> compare_clocks() {
  std::map<std::uint64_t, nanoseconds> result;
  cpu_set_t all;
  if (::sched_getaffinity(0, sizeof all, &all) != 0)
    return result;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (!CPU_ISSET(cpu, &all) || ::sched_setaffinity(0, sizeof one, &one) != 0)
      continue;
    // What it ran since it was put on this CPU is in the difference: the least of some readings is the best.
    for (int reading = 0; reading < 3; ++reading) {
      ::sched_yield();
      if (const auto ahead = ahead_of_own_cpu()) {
        const auto known = result.try_emplace(cpu, *ahead).first;
        known->second = std::min(known->second, *ahead);
      }
    }
  }
  return result;
}

} // namespace

struct scheduler_clock::shared {
  std::mutex lock; ///< Held for moments only.
  std::optional<nanoseconds> compared_at;
  std::map<std::uint64_t, nanoseconds> ahead; ///< Of each CPU's clock is the awake one, by this.
};

scheduler_clock::scheduler_clock() : shared_{std::make_shared<shared>()} {
}

std::optional<nanoseconds> scheduler_clock::last_ran(const std::string& folder, std::uint64_t cpu) {
  const auto exec_start = read_exec_start(folder);
  if (!exec_start)
    return std::nullopt;
  const auto now = read_clock(awake_clock);
  const std::lock_guard held{shared_->lock};
  if (!shared_->compared_at || now - *shared_->compared_at > fresh)
    job_.start("pm-clocks", [mine = shared_] {
      auto ahead = compare_clocks();
      const std::lock_guard also_held{mine->lock};
      mine->ahead = std::move(ahead);
      mine->compared_at = read_clock(awake_clock);
    });
  const auto known = shared_->ahead.find(cpu);
  const auto ahead = known != shared_->ahead.end() ? std::optional{known->second} : ahead_of_own_cpu();
  return ahead ? std::optional{std::min(now, *exec_start + *ahead)} : std::nullopt;
}

} // namespace pmactor
