#include "app/witness/witness_loop.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_mountstats.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/read_device_facts_linux.hpp"
#include "app/witness/desktop_watch_linux.hpp"
#include "app/witness/find_mounts.hpp"
#include "app/witness/find_standstill.hpp"
#include "app/witness/own_quota.hpp"
#include "app/witness/power_source_linux.hpp"
#include "app/witness/probe_actions.hpp"
#include "app/witness/probe_actions_linux.hpp"
#include "app/witness/watch_pressure.hpp"
#include "app/witness/watch_reclaim.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr unsigned mounts_every = 20;      ///< Looks between two of which mounts and desktops there are.
/// Looks between two at the real-time clock, which is slow to read. Odd, so that they meet both halves of its second.
constexpr unsigned real_time_every = 19;
constexpr unsigned desktop_at_rest = 4;  ///< Looks between two round trips to a desktop.
constexpr unsigned secretive_every = 20; ///< Looks between two questions to a mount of unknown use.
/// What a question makes an NFS client send: the attributes of its root, and what was asked.
constexpr std::uint64_t sent_by_a_question = 2;
/// Tasks that want to run, for each CPU. With fewer a fair scheduler gives each its share in good time, and to
/// work in order to feel that would only cost.
constexpr long crowd = 4;
constexpr std::uint64_t sector_bytes = 512;
constexpr double busy_share = 0.1;         ///< Of a window: some task was held up.

/// Writes what lasts and what ended into a slot.
/// @param took how long it took to answer, where it did and that is known.
void write_words(witness_slot& slot, const std::optional<silence>& x, std::optional<nanoseconds> took = {}) {
  if (x && x->ended)
    took = std::max(took.value_or(nanoseconds{}), *x->ended - x->began - x->uncertainty);
  if (took)
    note_act(slot, *took);
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
  nanoseconds last{}; ///< The total.

  explicit pressure_source(const char* path) : file{path} {
  }
  /// @param shows_on asked only if the total has grown.
  std::optional<silence> look(nanoseconds now, const std::function<bool()>& shows_on = {}) {
    std::array<char, 256> room{};
    const auto some = parse_pressure(file.read(room)).some;
    if (!some)
      return std::nullopt;
    const bool has_grown = std::exchange(last, some->total) != some->total;
    return watch.look(some->total, now, shows_on && has_grown && shows_on());
  }
};

struct watched_disk {
  bool is_device = false; ///< False for a partition, or one path of several.
  disk_watch watch;
  owned_slot counters;                  ///< Null if there was no slot left.
  std::unique_ptr<witness_probe> reads; ///< Null where it is built on others, or cannot be asked.
  std::vector<std::string> disks_below; ///< What it is built on.
  std::uint64_t asked = 0;              ///< Reads that were issued by the last look.
  std::uint64_t seen = 0;               ///< The last look that found it.
  bool is_lowest = false; ///< Hardware that is built on no other: what others did would be counted twice.
  std::optional<disk_bytes> did; ///< Since boot, by the last look.
  bool is_silent = false;
};

struct watched_mount {
  witnessed_mount mount;
  std::unique_ptr<witness_probe> probe; ///< Null if there was no slot left.
  std::optional<std::uint64_t> sent;    ///< Requests to an NFS server, by the last look.
  bool was_asked = false;               ///< By the last look.
};

/// @returns the file of the clock from which the kernel took the time at boot, else of the first one.
std::string real_time_clock() {
  for (const auto& clock : list_entries("/sys/class/rtc"))
    if (read_first_line(clock / "hctosys") == "1")
      return clock / "since_epoch";
  return "/sys/class/rtc/rtc0/since_epoch";
}

class linux_witness_loop final : public witness_loop {
public:
  linux_witness_loop(witness_page& page, std::string questions)
    : witness_loop{page}, questions_{std::move(questions)},
      pressure_{claim_slot(page, stall_resource::memory, "", stall_sense::pressure)} {
    page.timer_thread.store(own_thread_id());
    if (auto slot = claim_slot(page, stall_resource::memory, "", stall_sense::memory_use))
      memory_probe_ = std::make_unique<witness_probe>(std::move(slot), touch_memory(), absent_);
    if (auto slot = claim_slot(page, stall_resource::cpu, "", stall_sense::work))
      work_probe_ = std::make_unique<witness_probe>(std::move(slot), do_work(), absent_);
    if (auto slot = claim_slot(page, stall_resource::program, "", stall_sense::spawn))
      program_probe_ = std::make_unique<witness_probe>(std::move(slot), start_program(), absent_);
  }

private:
  void look(nanoseconds due, nanoseconds now) override {
    ++looks_;
    judge(due, now);
    io_.look(now);
    look_at_cpus();
    look_at_memory(now, look_at_disks(now));
    if (looks_ % mounts_every == 1) {
      save_power(runs_on_battery("/"));
      find_mounts();
      desktops_.find(mount_text_, now);
    }
    if (desktops_.is_slow(now) || is_busy() || looks_ % desktop_at_rest == 0)
      desktops_.ask(now);
    count_unwitnessed();
    look_at_mounts();
    if (looks_ % real_time_every == 0)
      look_at_real_time();
    if (program_probe_ && looks_ % looks_between_starts(is_busy(), is_crowded_, program_probe_->takes(now)) == 0)
      program_probe_->ask(is_crowded_ ? last_look_ : nanoseconds{});
  }

  bool is_busy() const {
    return io_.watch.share() >= busy_share || memory_.watch.share() >= busy_share;
  }

  /// Whether its own timer was late, and why.
  void judge(nanoseconds due, nanoseconds now) {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto cause = note_timer(due, now, static_cast<std::uint64_t>(usage.ru_majflt), throttled());
    if (cause == timer_cause::memory)
      is_memory_felt_ = true;
  }

  /// @returns for how long its control group was held up by its own CPU quota since the last look.
  nanoseconds throttled() {
    const auto now = quota_();
    const auto before = std::exchange(throttled_, now);
    return before && now ? std::max(nanoseconds{}, *now - *before) : nanoseconds{};
  }

  void look_at_real_time() {
    std::array<char, 64> room{};
    auto text = real_time_.read(room);
    std::uint64_t seconds = 0;
    if (!take_number(text, seconds))
      return;
    const auto now = read_clock(awake_clock);
    const auto found = standstill_.look({std::chrono::seconds{seconds}, read_clock(CLOCK_BOOTTIME),
                                       read_clock(CLOCK_REALTIME)});
    if (!found)
      return;
    auto& to = page_.standstill;
    to.at_ns.store(now.count(), std::memory_order_relaxed);
    to.length_ns.store(found->length.count(), std::memory_order_relaxed);
    to.uncertainty_ns.store(found->uncertainty.count(), std::memory_order_relaxed);
    to.within_ns.store(found->within.count(), std::memory_order_relaxed);
    to.noted.fetch_add(1, std::memory_order_release);
  }

  void look_at_cpus() {
    is_crowded_ = is_crowded();
    if (work_probe_ && is_crowded_)
      work_probe_->ask(last_look_);
  }

  /// @returns whether so many tasks want to run that one more might have to wait long.
  bool is_crowded() {
    std::array<char, 128> room{};
    const auto runnable = parse_load_average(loadavg_.read(room)).runnable;
    // At rest the CPUs are not counted: the library opens a file for that.
    return runnable && static_cast<long>(*runnable) >= crowd
           && static_cast<long>(*runnable) >= crowd * ::sysconf(_SC_NPROCESSORS_ONLN);
  }

  /// @param disks what they did since the look before; absent if that was not measured.
  void look_at_memory(nanoseconds now, const std::optional<disk_bytes>& disks) {
    bool has_looked = false;
    const auto look_at_reclaim = [&] {
      has_looked = true;
      return reclaim_.look(parse_reclaim(vmstat_.read_all(vmstat_text_)));
    };
    auto words = memory_.look(now, look_at_reclaim);
    if (!has_looked && refaults_.goes_on())
      look_at_reclaim();
    if (!has_looked)
      reclaim_.pass();
    bool presses = memory_.watch.share() >= busy_share;
    words = join_silences(words, refaults_.look(io_.last, reclaim_.moved(), disks, presses, now));
    presses = presses || refaults_.goes_on();
    if (memory_probe_ && presses)
      memory_probe_->ask(last_look_);
    // High pressure alone may be that of one control group: it is a stall once an ordinary program, as this
    // one, was held up by it.
    constexpr nanoseconds felt = 100ms;
    const auto takes = [now](const auto& probe) { return probe ? probe->takes(now) : nanoseconds{}; };
    // Reclaim takes CPUs as well: then it is felt by whatever wants to run.
    is_memory_felt_ = is_memory_felt_
                      || ((presses || words) && std::max(takes(memory_probe_), takes(work_probe_)) >= felt);
    if (pressure_ != nullptr)
      write_words(*pressure_, is_memory_felt_ ? words : std::nullopt);
    if (!words || words->ended)
      is_memory_felt_ = false;
  }

  /// @returns what they did since the look before; absent if none was measured.
  std::optional<disk_bytes> look_at_disks(nanoseconds now) {
    std::optional<disk_bytes> all;
    const auto text = diskstats_.read_all(disk_text_);
    const auto waits = io_.file.is_open() ? std::optional{io_.watch.share()} : std::nullopt;
    for (auto rest = text; !rest.empty();) {
      const auto x = parse_disk_stat(take_line(rest));
      if (!x)
        continue;
      const disk_counters counters{x->in_flight, x->reads,       x->writes + x->discards,
                                   x->flushes,   x->read_time,   x->write_time + x->discard_time,
                                   x->flush_time};
      if (counters.reads + counters.writes + counters.in_flight == 0) // it has never been used
        continue;
      auto& disk = disk_called(x->name);
      disk.seen = looks_;
      const disk_bytes does{x->read_sectors * sector_bytes, x->written_sectors * sector_bytes};
      if (const auto before = std::exchange(disk.did, does); before && disk.is_lowest)
        all = add_grown(all.value_or(disk_bytes{}), *before, does);
      if (!disk.counters)
        continue;
      const auto own = disk.reads ? disk.reads->done() : 0;
      auto words = disk.watch.look(counters, now, waits);
      disk.is_silent = words.has_value();
      // What holds up a device that is built on others is one of those, if one of them is silent as well.
      if (std::any_of(disk.disks_below.begin(), disk.disks_below.end(), [&](const std::string& name) {
            const auto below = disks_.find(name);
            return below != disks_.end() && below->second.is_silent;
          }))
        words.reset();
      write_words(*disk.counters, words, disk.watch.took());
      if (disk.reads && disk.watch.is_used(own - std::exchange(disk.asked, own)))
        disk.reads->ask(last_look_);
    }
    // The next one of that name may be another device.
    std::erase_if(disks_, [this](const auto& x) { return x.second.seen != looks_; });
    return all;
  }

  watched_disk& disk_called(std::string_view name) {
    if (const auto known = disks_.find(name); known != disks_.end())
      return known->second;
    watched_disk disk;
    const auto facts = read_disk_facts("/", {device_counters{std::string{name}, 0, 0, 0, 0}}).front();
    disk.is_device = facts.is_known && !facts.is_partition && !facts.is_hidden;
    if (disk.is_device) {
      disk.disks_below = find_disks_below("/", name);
      disk.is_lowest = disk.disks_below.empty() && facts.is_hardware;
      disk.counters = claim_slot(page_, stall_resource::disk, name, stall_sense::completion);
    }
    if (disk.counters && disk.is_lowest)
      if (auto slot = claim_slot(page_, stall_resource::disk, name, stall_sense::read))
        disk.reads = std::make_unique<witness_probe>(std::move(slot), read_disk(name, questions_), absent_);
    return disks_.emplace(name, std::move(disk)).first->second;
  }

  void find_mounts() {
    auto found = find_witnessed_mounts(mountinfo_.read_all(mount_text_));
    std::erase_if(mounts_, [&](const watched_mount& x) {
      return std::find(found.begin(), found.end(), x.mount) == found.end();
    });
    for (auto& x : found)
      if (std::none_of(mounts_.begin(), mounts_.end(), [&](const auto& y) { return y.mount == x; }))
        mounts_.emplace_back().mount = std::move(x);
    for (auto& x : mounts_)
      if (!x.probe)
        if (auto slot = claim_slot(page_, stall_resource::mount, x.mount.where, stall_sense::statfs))
          x.probe = std::make_unique<witness_probe>(
            std::move(slot), ask_mount(x.mount.where, x.mount.device, questions_), absent_);
  }

  void count_unwitnessed() {
    const auto disks = std::count_if(disks_.begin(), disks_.end(), [](const auto& x) {
      return x.second.is_device && !x.second.counters;
    });
    const auto mounts = std::count_if(mounts_.begin(), mounts_.end(), [](const auto& x) { return !x.probe; });
    const auto all = static_cast<std::size_t>(disks + mounts) + desktops_.unwitnessed();
    page_.unwitnessed.store(static_cast<std::uint32_t>(all), std::memory_order_relaxed);
  }

  void look_at_mounts() {
    const bool has_nfs = std::any_of(mounts_.begin(), mounts_.end(), [](const watched_mount& x) {
      return x.mount.is == witnessed_mount::type::nfs;
    });
    const auto mountstats = has_nfs ? mountstats_.read_all(mount_text_) : std::string_view{};
    for (auto& x : mounts_) {
      x.was_asked = false;
      if (!x.probe)
        continue;
      // An unused one is left alone: a program may sleep behind it, or the network. What waits for one that is used
      // has done so since the last look at most, or it was asked then.
      const auto used = is_used(x, mountstats);
      if (used.value_or(looks_ % (is_busy() ? 1 : secretive_every) == 0))
        x.was_asked = x.probe->ask(used ? last_look_ : nanoseconds{});
    }
  }

  /// @returns whether others use it; absent if the kernel does not say.
  static std::optional<bool> is_used(watched_mount& x, std::string_view mountstats) {
    switch (x.mount.is) {
      case witnessed_mount::type::fuse:
        if (const auto waiting = fuse_requests(x.mount.fuse_device))
          return *waiting > 0;
        break;
      case witnessed_mount::type::nfs:
        if (const auto sent = nfs_requests_sent(mountstats, x.mount.where)) {
          const auto before = std::exchange(x.sent, sent).value_or(*sent);
          return *sent > before + (x.was_asked ? sent_by_a_question : 0);
        }
        break;
      case witnessed_mount::type::other:
        break;
    }
    return std::nullopt;
  }

  std::function<std::optional<nanoseconds>()> quota_ = own_quota_reader();
  std::optional<nanoseconds> throttled_; ///< In all, by the last look.
  const std::string questions_; ///< The folder of the locks of what may not answer.
  owned_slot pressure_;
  kept_file real_time_{real_time_clock()};
  standstill_finder standstill_;
  std::unique_ptr<witness_probe> memory_probe_, program_probe_, work_probe_;
  pressure_source io_{"/proc/pressure/io"}, memory_{"/proc/pressure/memory"};
  kept_file loadavg_{"/proc/loadavg"}, diskstats_{"/proc/diskstats"},
    mountinfo_{"/proc/self/mountinfo"}, mountstats_{"/proc/self/mountstats"};
  kept_file vmstat_{"/proc/vmstat"}; ///< Long, and read only under pressure.
  reclaim_watch reclaim_;
  refault_watch refaults_{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
  std::string disk_text_, mount_text_, vmstat_text_;
  std::map<std::string, watched_disk, std::less<>> disks_;
  std::deque<watched_mount> mounts_;
  desktop_watch desktops_{page_, absent_};
  std::uint64_t looks_ = 0;
  bool is_memory_felt_ = false;
  bool is_crowded_ = false; ///< At the last look.
};

} // namespace

std::unique_ptr<witness_loop> make_witness_loop(witness_page& page, const std::string& questions) {
  return std::make_unique<linux_witness_loop>(page, questions);
}

void sleep_until(nanoseconds due) {
  const timespec when{static_cast<time_t>(due / 1s), static_cast<long>((due % 1s).count())};
  while (::clock_nanosleep(awake_clock, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

} // namespace pmactor
