#include "app/witness/scout.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/read_device_facts_linux.hpp"
#include "app/witness/find_mounts.hpp"
#include "app/witness/probe_actions.hpp"
#include "app/witness/probe_actions_linux.hpp"
#include "app/witness/watch_pressure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr unsigned mounts_every = 20;      ///< Looks between two of which mounts there are.
constexpr unsigned silent_mount_every = 10; ///< Looks between two questions to a mount that tells nothing.
constexpr double busy_share = 0.1;         ///< Of a window: some task was held up.

/// Writes what lasts and what ended into a slot.
void write_words(witness_slot& slot, const std::optional<silence>& x) {
  slot.done.fetch_add(1, std::memory_order_relaxed);
  if (x && !x->ended) {
    slot.uncertainty_ns.store(x->uncertainty.count(), std::memory_order_relaxed);
    slot.since_ns.store(x->began.count(), std::memory_order_release);
    return;
  }
  slot.since_ns.store(0, std::memory_order_release);
  if (x && *x->ended - x->began >= least_noted)
    note_stretch(slot, x->began, *x->ended, x->uncertainty);
}

/// A total of the kernel's pressure files, and what its watch makes of it.
struct pressure_source {
  kept_file file;
  pressure_watch watch;

  explicit pressure_source(const char* path) : file{path} {
  }
  std::optional<silence> look(nanoseconds now) {
    std::array<char, 256> room{};
    const auto some = parse_pressure(file.read(room)).some;
    return some ? watch.look(some->total, now) : std::nullopt;
  }
};

struct watched_disk {
  disk_watch watch;
  witness_slot* counters = nullptr; ///< Null if there was no slot left.
  witness_slot* reads = nullptr;
  std::unique_ptr<witness_probe> probe; ///< Null where the device is built on others, or cannot be asked.
  std::vector<std::string> slaves;      ///< What it is built on.
  std::uint64_t asked = 0;              ///< Reads that were issued by the last look.
  bool is_silent = false;
};

struct watched_mount {
  witnessed_mount mount;
  std::unique_ptr<witness_probe> probe;
};

class linux_scout final : public scout {
public:
  explicit linux_scout(witness_page& page)
    : scout{page}, pressure_{claim_slot(page, stall_resource::memory, "", stall_sense::pressure)} {
    page.timer_thread.store(::syscall(SYS_gettid));
    if (auto* slot = claim_slot(page, stall_resource::memory, "", stall_sense::memory_use))
      memory_probe_ = std::make_unique<witness_probe>(*slot, touch_memory(), absent_);
    if (auto* slot = claim_slot(page, stall_resource::program, "", stall_sense::spawn))
      program_probe_ = std::make_unique<witness_probe>(*slot, start_program(), absent_);
  }

private:
  void look(nanoseconds due, nanoseconds now) override {
    ++looks_;
    judge(due, now);
    io_.look(now);
    look_at_memory(now);
    look_at_disks(now);
    if (looks_ % mounts_every == 1)
      find_mounts();
    look_at_mounts();
    const bool busy = is_busy();
    if (program_probe_ && looks_ % (busy ? program_when_busy : program_every) == 0)
      program_probe_->ask();
  }

  bool is_busy() const {
    return io_.watch.share() >= busy_share || memory_.watch.share() >= busy_share;
  }

  /// Whether its own timer was late, and why.
  void judge(nanoseconds due, nanoseconds now) {
    timer_look x{due, now, scout_pace, {}, 0};
    std::array<char, 128> room{};
    auto text = schedule_.read(room);
    std::uint64_t ran = 0, waited = 0;
    if (take_number(text, ran) && take_number(text, waited)) {
      const nanoseconds now_waited{static_cast<std::int64_t>(waited)};
      x.waited = now_waited - std::exchange(waited_, now_waited).value_or(now_waited);
    }
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    x.faults = static_cast<std::uint64_t>(usage.ru_majflt) - std::exchange(
      major_faults_, static_cast<std::uint64_t>(usage.ru_majflt));
    if (note_timer(x) == timer_cause::memory)
      is_memory_felt_ = true;
  }

  void look_at_memory(nanoseconds now) {
    auto words = memory_.look(now);
    const bool presses = memory_.watch.share() >= busy_share;
    if (memory_probe_ && presses)
      memory_probe_->ask();
    // High pressure alone may be that of one control group: it is a stall once an ordinary program, as this
    // one, was held up by it.
    constexpr nanoseconds felt = 100ms;
    is_memory_felt_ = is_memory_felt_ || (memory_probe_ && presses && memory_probe_->last_took() >= felt);
    if (pressure_ != nullptr)
      write_words(*pressure_, is_memory_felt_ ? words : std::nullopt);
    if (!words || words->ended)
      is_memory_felt_ = false;
  }

  void look_at_disks(nanoseconds now) {
    const auto text = diskstats_.read_all(disk_text_);
    const auto waits = io_.file.is_open() ? std::optional{io_.watch.share()} : std::nullopt;
    for (auto rest = text; !rest.empty();) {
      const auto x = parse_disk_stat(take_line(rest));
      if (!x)
        continue;
      const disk_counters counters{x->in_flight, x->reads, x->writes + x->discards + x->flushes, x->read_time,
                                   x->write_time + x->discard_time + x->flush_time};
      if (counters.reads + counters.others + counters.in_flight == 0) // it has never been used
        continue;
      auto* disk = disk_called(x->name);
      if (disk == nullptr)
        continue;
      const auto own = disk->reads != nullptr ? disk->reads->done.load(std::memory_order_relaxed) : 0;
      auto words = disk->watch.look(counters, now, waits);
      disk->is_silent = words.has_value();
      // What holds up a device that is built on others is one of those, if one of them is silent as well.
      if (std::any_of(disk->slaves.begin(), disk->slaves.end(), [&](const std::string& name) {
            const auto below = disks_.find(name);
            return below != disks_.end() && below->second && below->second->is_silent;
          }))
        words.reset();
      write_words(*disk->counters, words);
      if (disk->probe && disk->watch.is_used(own - std::exchange(disk->asked, own)))
        disk->probe->ask();
    }
  }

  /// @returns null for what is no device of its own, as a partition or one path of several, or has no slot.
  watched_disk* disk_called(std::string_view name) {
    const auto known = disks_.find(name);
    if (known != disks_.end())
      return known->second.get();
    std::unique_ptr<watched_disk> disk;
    const auto facts = read_disk_facts("/", {device_counters{std::string{name}, 0, 0, 0, 0}}).front();
    if (facts.is_known && !facts.is_partition && !facts.is_hidden)
      if (auto* counters = claim_slot(page_, stall_resource::disk, name, stall_sense::completion)) {
        disk = std::make_unique<watched_disk>();
        disk->counters = counters;
        disk->slaves = slaves_of(name);
        if (disk->slaves.empty() && facts.is_hardware
            && (disk->reads = claim_slot(page_, stall_resource::disk, name, stall_sense::read)) != nullptr)
          disk->probe = std::make_unique<witness_probe>(*disk->reads, read_disk(name), absent_);
      }
    return disks_.emplace(name, std::move(disk)).first->second.get();
  }

  void find_mounts() {
    auto found = find_witnessed_mounts(mountinfo_.read_all(mount_text_));
    std::erase_if(mounts_, [&](const watched_mount& x) {
      return std::find(found.begin(), found.end(), x.mount) == found.end();
    });
    for (auto& x : found) {
      if (std::any_of(mounts_.begin(), mounts_.end(), [&](const auto& y) { return y.mount == x; }))
        continue;
      if (auto* slot = claim_slot(page_, stall_resource::mount, x.where, stall_sense::statfs)) {
        auto probe = std::make_unique<witness_probe>(*slot, ask_mount(x.where), absent_);
        mounts_.push_back({std::move(x), std::move(probe)});
      }
    }
  }

  void look_at_mounts() {
    for (auto& x : mounts_) {
      const auto waiting = x.mount.is_fuse ? fuse_requests(x.mount.fuse_device) : std::nullopt;
      // A program behind a mount that nobody uses is left alone. One that does not say whether it is used,
      // is asked seldom.
      if (waiting ? *waiting > 0 : looks_ % (is_busy() ? 1 : silent_mount_every) == 0)
        x.probe->ask();
    }
  }

  witness_slot* pressure_;
  std::unique_ptr<witness_probe> memory_probe_, program_probe_;
  pressure_source io_{"/proc/pressure/io"}, memory_{"/proc/pressure/memory"};
  kept_file schedule_{"/proc/thread-self/schedstat"}, diskstats_{"/proc/diskstats"},
    mountinfo_{"/proc/self/mountinfo"};
  std::string disk_text_, mount_text_;
  std::map<std::string, std::unique_ptr<watched_disk>, std::less<>> disks_;
  std::deque<watched_mount> mounts_;
  std::optional<nanoseconds> waited_;
  std::uint64_t major_faults_ = 0;
  std::uint64_t looks_ = 0;
  bool is_memory_felt_ = false;
};

} // namespace

std::unique_ptr<scout> make_scout(witness_page& page) {
  return std::make_unique<linux_scout>(page);
}

void sleep_until(nanoseconds due) {
  const timespec when{static_cast<time_t>(due / 1s), static_cast<long>((due % 1s).count())};
  while (::clock_nanosleep(awake_clock, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

} // namespace pmactor
