#include "actors/black_box/look_at_host.hpp"

#include "actors/black_box/ask_tool.hpp"
#include "actors/black_box/recent_kernel_lines.hpp"
#include "actors/host/find_number.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/kernel_log_file_linux.hpp"
#include "actors/host/locate_groups.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/read_clock.hpp"

#include <array>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>
#include <utmp.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t most_disks = 6;

/// Where the unified hierarchy counts what was killed in the group of this process; empty if that
/// is not seen.
std::string own_memory_events(const fs::path& root) {
  std::string memberships, mounts;
  const auto found =
    find_hierarchy(kept_file{(root / "proc/self/cgroup").string()}.read_all(memberships),
                   kept_file{(root / "proc/self/mountinfo").string()}.read_all(mounts), "");
  return found && found->own ? root.string() + found->folder + *found->own + "/memory.events"
                             : std::string{};
}

/// Takes what was logged since the last time.
void read_kernel_log(const kernel_log_file& log, recent_kernel_lines& lines) {
  constexpr std::size_t most = 1000;
  const auto reading = log.read(most, [&lines](const kernel_line& line) {
    lines.add(line);
    return true;
  });
  if (!reading.is_at_end)
    log.skip_to_end(); // a flood: the rest of it would say the same
}

/// Where there is no systemd, by the run level that init writes down before it ends anything.
box_course course_by_run_level() {
  const owned_descriptor file{
    ::open("/run/utmp", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)};
  constexpr int most = 256;
  utmp entry{};
  for (int i = 0; i < most && file.get() >= 0
                  && ::read(file.get(), &entry, sizeof entry) == ssize_t{sizeof entry};
       ++i)
    if (entry.ut_type == RUN_LVL)
      switch (entry.ut_pid % 256) {
        case '0':
          return box_course::goes_down;
        case '6':
          return box_course::restarts;
        case '2':
        case '3':
        case '4':
        case '5':
          return box_course::stays_up;
        default:
          return box_course::unknown;
      }
  return box_course::unknown;
}

} // namespace

struct host_looker::state {
  explicit state(const fs::path& x)
    : root(x), kernel_log((x / "dev/kmsg").string()), disks((x / "proc/diskstats").string()),
      vmstat((x / "proc/vmstat").string()), group(own_memory_events(x)) {
    kernel_log.skip_to_end(); // what was logged before is of another minute
  }
  fs::path root;
  kernel_log_file kernel_log;
  recent_kernel_lines kernel_lines;
  kept_file disks, vmstat, group;
  std::string buffer;
};

host_looker::host_looker(const fs::path& root) : state_{std::make_unique<state>(root)} {
}

host_looker::~host_looker() = default;

box_look host_looker::look() {
  auto& s = *state_;
  box_look x;
  auto text = s.disks.read_all(s.buffer);
  while (!text.empty() && x.disks.size() < most_disks) {
    const auto disk = parse_disk_stat(take_line(text));
    if (disk && disk->in_flight > 0
        && ::access((s.root / "sys/block" / disk->name).c_str(), F_OK) == 0)
      x.disks.push_back({std::string{disk->name}, disk->in_flight});
  }
  x.oom_kills = number_behind(s.vmstat.read_all(s.buffer), "oom_kill");
  x.group_oom_kills = number_behind(s.group.read_all(s.buffer), "oom_kill");
  x.is_clock_synchronised = is_clock_synchronised(s.root);
  read_kernel_log(s.kernel_log, s.kernel_lines);
  x.kernel_lines = s.kernel_lines.of_last_minute(read_clock(CLOCK_MONOTONIC));
  return x;
}

/// A machine has a battery, and is fed by it, if that is what its power supplies say.
struct power_looker::state {
  explicit state(const fs::path& root) {
    for (const auto& supply : list_entries(root / "sys/class/power_supply")) {
      const auto type = read_first_line(supply / "type");
      // The battery of a mouse says nothing of the machine.
      if (type == "Battery" && read_first_line(supply / "scope") != "Device"
          && !capacity.is_open()) {
        capacity = kept_file{(supply / "capacity").string()};
        status = kept_file{(supply / "status").string()};
      }
    }
  }
  kept_file capacity, status;
};

power_looker::power_looker(const fs::path& root) : state_{std::make_unique<state>(root)} {
}

power_looker::~power_looker() = default;

power_look power_looker::look() {
  power_look x;
  std::array<char, 64> room{};
  auto capacity = state_->capacity.read(room);
  if (std::uint64_t percent = 0; take_number(capacity, percent) && percent <= 100)
    x.battery_pct = static_cast<double>(percent);
  if (const auto status = state_->status.read(room); !status.empty())
    x.on_battery = status.starts_with("Discharging");
  return x;
}

bool is_clock_synchronised(const fs::path& root) {
  if (::access((root / "run/systemd/timesync/synchronized").c_str(), F_OK) == 0)
    return true;
  timex clock{}; // asks only
  const auto state = root == "/" ? ::adjtimex(&clock) : -1;
  return state >= 0 && state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

void keep_in_place(int fd) {
  int flags = 0;
  if (::ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
    return;
  flags |= FS_NOCOW_FL;
  ::ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

void drop_cached(int fd) {
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

box_course ask_course() {
  if (::access("/run/systemd/system", F_OK) != 0)
    return course_by_run_level();
  const auto systemctl = find_program("systemctl", "/usr/bin:/bin");
  if (systemctl.empty())
    return box_course::unknown;
  process_order order;
  order.command = {systemctl, "--no-pager", "--no-legend", "--plain", "list-jobs"};
  order.environment = {"LC_ALL=C"};
  order.ends_with_us = true;
  run_terms terms;
  terms.limit = 200ms;
  terms.grace = 10ms;
  terms.patience = 10ms;
  const auto jobs = output_of(std::move(order), std::move(terms), 1 << 20);
  if (!jobs)
    return box_course::unknown;
  const auto has = [&jobs](const char* target) { return jobs->find(target) != std::string::npos; };
  return has("reboot.target") || has("kexec.target") || has("soft-reboot.target")
           ? box_course::restarts
         : has("poweroff.target") || has("halt.target") || has("shutdown.target")
           ? box_course::goes_down
           : box_course::stays_up;
}

std::uint64_t own_program_mark() {
  struct stat found {};
  if (::stat("/proc/self/exe", &found) != 0)
    return 0;
  const auto time = static_cast<std::uint64_t>(found.st_mtim.tv_sec) * 1'000'000'000
                    + static_cast<std::uint64_t>(found.st_mtim.tv_nsec);
  return time ^ static_cast<std::uint64_t>(found.st_size) << 20;
}

} // namespace pmactor
