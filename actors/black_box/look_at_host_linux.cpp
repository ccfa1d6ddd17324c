#include "actors/black_box/look_at_host.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_diskstats.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/run_process.hpp"

#include <array>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t most_disks = 6;

/// @returns the number behind a name at the begin of a line.
std::optional<std::uint64_t> count_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    auto line = take_line(text);
    std::uint64_t value = 0;
    if (take_word(line) == name)
      return take_number(line, value) ? std::optional{value} : std::nullopt;
  }
  return std::nullopt;
}

/// The group of this process in the unified hierarchy; empty if it is in none of its own.
std::string own_group(const fs::path& root) {
  std::string buffer;
  auto text = kept_file{(root / "proc/self/cgroup").string()}.read_all(buffer);
  while (!text.empty())
    if (const auto line = take_line(text); line.starts_with("0::/"))
      return std::string{line.substr(4)};
  return {};
}

/// A machine has a battery, and is fed by it, if that is what its power supplies say.
struct power_files {
  explicit power_files(const fs::path& root) {
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

} // namespace

struct host_looker::state {
  explicit state(const fs::path& x)
    : root(x), disks((x / "proc/diskstats").string()), vmstat((x / "proc/vmstat").string()),
      group((x / "sys/fs/cgroup" / own_group(x) / "memory.events").string()), power(x) {
  }
  fs::path root;
  kept_file disks, vmstat, group;
  power_files power;
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
  x.oom_kills = count_of(s.vmstat.read_all(s.buffer), "oom_kill");
  x.group_oom_kills = count_of(s.group.read_all(s.buffer), "oom_kill");
  std::array<char, 64> room{};
  auto capacity = s.power.capacity.read(room);
  if (std::uint64_t percent = 0; take_number(capacity, percent) && percent <= 100)
    x.battery_pct = static_cast<double>(percent);
  if (const auto status = s.power.status.read(room); !status.empty())
    x.on_battery = status.starts_with("Discharging");
  return x;
}

box_course ask_course() {
  if (::access("/run/systemd/system", F_OK) != 0)
    return box_course::unknown;
  const auto systemctl = find_program("systemctl", "/usr/bin:/bin");
  if (systemctl.empty())
    return box_course::unknown;
  std::array<char, 4096> bytes{};
  std::string jobs;
  process_order order;
  order.command = {systemctl, "--no-pager", "--no-legend", "--plain", "list-jobs"};
  order.environment = {"LC_ALL=C"};
  order.ends_with_us = true;
  run_terms terms;
  terms.limit = 200ms;
  terms.grace = 10ms;
  terms.patience = 10ms;
  terms.out.room = [&] { return std::span{bytes}; };
  terms.out.arrived = [&](std::size_t count) { jobs.append(bytes.data(), count); };
  terms.err.room = [&] { return std::span{bytes}; };
  terms.err.arrived = [](std::size_t) {};
  try {
    cancellation cancel;
    const auto end = run_process(std::move(order), std::move(terms), cancel);
    if (end.what != process_exit::how::exited || end.number != 0)
      return box_course::unknown;
  } catch (const std::exception&) {
    return box_course::unknown;
  }
  const auto has = [&jobs](const char* target) { return jobs.find(target) != std::string::npos; };
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
