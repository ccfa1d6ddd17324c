#include "actors/clock_sampler/group_counters_linux.hpp"

#include "actors/host/find_number.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/locate_groups.hpp"
#include "actors/host/parse_group_quota.hpp"
#include "actors/host/parse_pressure.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

std::string whole_text(const char* path) {
  std::string room;
  return std::string{kept_file{path}.read_all(room)};
}

} // namespace

struct group_counters::files {
  static constexpr std::size_t most_levels = 4; ///< Of control groups, from our own up.

  std::uint32_t moves = 0;
  kept_file io, memory, frozen;
  std::vector<kept_file> cpu;      ///< cpu.stat of each level that can have a quota.
  /// What is written to in order to freeze and to thaw each level: freezer.state (v1), or cgroup.freeze (v2) where the
  /// kernel does not count the time.
  std::vector<kept_file> freezers;
  std::array<char, 512> line{};

  files(const std::string& memberships, std::uint32_t moves_) : moves{moves_} {
    const auto groups = locate_groups(memberships, whole_text("/proc/self/mountinfo"));
    const auto exists = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
    // The root group is the machine: it is neither frozen nor has it a quota or a pressure of its
    // own.
    if (!groups.unified.empty() && exists(groups.unified.front() + "/cgroup.events")) {
      const auto& own = groups.unified.front();
      io = kept_file{own + "/io.pressure"};
      memory = kept_file{own + "/memory.pressure"};
      frozen = kept_file{own + "/cgroup.stat.local"};
    }
    const auto keep = [&](std::vector<kept_file>& to, const std::string& path) {
      if (to.size() < most_levels && exists(path))
        to.emplace_back(path);
    };
    for (const auto& folder : groups.unified)
      if (exists(folder + "/cpu.max"))
        keep(cpu, folder + "/cpu.stat");
    for (const auto& folder : groups.cpu)
      if (!exists(folder + "/release_agent"))
        keep(cpu, folder + "/cpu.stat");
    for (const auto& folder : groups.freezer)
      keep(freezers, folder + "/freezer.state");
    if (!frozen.is_open())
      for (const auto& folder : groups.unified)
        keep(freezers, folder + "/cgroup.freeze");
  }
};

/// Two slots, each of which one thread fills and the other empties: nothing is freed by the beat.
struct group_counters::handover {
  std::atomic<files*> found{nullptr}, retired{nullptr};
  std::string memberships = whole_text("/proc/self/cgroup");
  kept_file source{"/proc/self/cgroup"};
  std::string room;
  std::uint32_t moves = 0;

  ~handover() {
    delete found.load();
    delete retired.load();
  }
};

group_counters::group_counters() : next_{std::make_unique<handover>()} {
  files_ = std::make_unique<files>(next_->memberships, 0);
}

group_counters::~group_counters() = default;

void group_counters::catch_up() {
  if (next_->retired.load(std::memory_order_acquire) != nullptr)
    return; // the other thread has not freed the last one yet
  if (auto* found = next_->found.exchange(nullptr, std::memory_order_acquire)) {
    next_->retired.store(files_.release(), std::memory_order_release);
    files_.reset(found);
  }
}

std::optional<std::string> group_counters::follow() {
  auto& x = *next_;
  delete x.retired.exchange(nullptr, std::memory_order_acquire);
  const auto now = x.source.read_all(x.room);
  if (now.empty() || now == x.memberships)
    return std::nullopt;
  x.memberships = now;
  auto fresh = std::make_unique<files>(x.memberships, ++x.moves);
  delete x.found.exchange(fresh.release(), std::memory_order_acq_rel);
  return x.memberships;
}

void group_counters::read_quick(beat_counters& x) const {
  for (const auto& freezer : files_->freezers) {
    struct stat written {};
    if (::fstat(freezer.fd(), &written) == 0)
      x.freezer_written = std::max(x.freezer_written.value_or(nanoseconds::min()),
                                   std::chrono::seconds{written.st_mtim.tv_sec}
                                     + nanoseconds{written.st_mtim.tv_nsec});
  }
}

void group_counters::read_quota(beat_counters& x) {
  auto& f = *files_;
  x.group_moves = f.moves;
  x.throttles.reset();
  x.throttled.reset();
  for (const auto& file : f.cpu) {
    const auto throttling = group_throttling(file.read(f.line));
    if (!throttling.times || !throttling.time)
      continue;
    x.throttles = x.throttles.value_or(0) + *throttling.times;
    x.throttled = x.throttled.value_or(nanoseconds{}) + *throttling.time;
  }
}

void group_counters::read_slow(beat_counters& x) {
  auto& f = *files_;
  x.frozen.reset();
  if (const auto us = number_behind(f.frozen.read(f.line), "frozen_usec"))
    x.frozen = std::chrono::microseconds{*us};
  const auto full_of = [&](const kept_file& file) {
    const auto full = parse_pressure(file.read(f.line)).full;
    return full ? std::optional<nanoseconds>{full->total} : std::nullopt;
  };
  x.group_io_full = full_of(f.io);
  x.group_memory_full = full_of(f.memory);
}

std::vector<std::string> group_counters::absent() const {
  std::vector<std::string> result;
  if (!files_->io.is_open())
    result.emplace_back("pressure of our own control group (io.pressure)");
  if (!files_->frozen.is_open() && files_->freezers.empty())
    result.emplace_back("freezes of our own control group (cgroup.stat.local)");
  if (files_->cpu.empty())
    result.emplace_back("a CPU quota of our own control group (cpu.stat)");
  return result;
}

} // namespace pmactor
