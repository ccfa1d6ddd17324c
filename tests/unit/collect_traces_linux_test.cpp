#define CAF_SUITE collect_traces_linux

#include "actors/black_box/collect_traces.hpp"

#include "actors/black_box/encode_record.hpp"
#include "actors/black_box/look_at_host.hpp"
#include "support/box_records.hpp"
#include "support/temporary_folder.hpp"
#include "support/test.hpp"

#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <utmp.h>

using namespace pmactor;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* panic = "<0>[ 93.1] Kernel panic - not syncing: out of ideas\n";
constexpr const char* power_down = "[ 93.1] reboot: Power down\n";

/// A machine whose run before ended 1000 s after its boot, and that was started again 60 s later.
struct fixture {
  temporary_folder root;
  box_record last = full_record(7, 1000s);
  start_traces found;

  fixture() {
    last.has_memory_copy = false;
    found.run = {600, 45, "another"};
    found.now = {20s, 20s, last.at.wall + 80s};
  }
  std::chrono::nanoseconds ended() const {
    return last.at.wall;
  }
  std::chrono::nanoseconds last_boot() const {
    return boot_time(last.at);
  }

  void put(const std::string& name, const std::string& text,
           std::chrono::nanoseconds written = {}) const {
    const auto file = root.path / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(written).count();
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    CAF_REQUIRE_EQUAL(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  }
  void put_wtmp(std::initializer_list<std::pair<const char*, std::chrono::nanoseconds>> entries) {
    std::string text;
    for (const auto& [user, when] : entries) {
      utmp entry{};
      entry.ut_type = RUN_LVL;
      std::strncpy(entry.ut_user, user, sizeof entry.ut_user);
      entry.ut_tv.tv_sec = static_cast<std::int32_t>(when / 1s);
      text.append(reinterpret_cast<const char*>(&entry), sizeof entry);
    }
    put("var/log/wtmp", text);
  }
  const start_traces& collect() {
    collect_traces(found, last, root.path);
    return found;
  }
  std::string first_death() {
    collect();
    return found.deaths.empty() ? "none" : found.deaths[0].file + ": " + found.deaths[0].line;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(collect_traces_tests, fixture)

CAF_TEST(an empty root has no traces) {
  collect();
  CAF_CHECK(found.deaths.empty() && found.crash_dump.empty() && found.watchdog.empty());
  CAF_CHECK(!found.logged_shutdown && !found.kept_record && !found.journal);
}

CAF_TEST(a panic of the last boot is taken and one of the boot before is not ) {
  put("sys/fs/pstore/dmesg-efi-1", panic, last_boot() - 5s);
  CAF_CHECK_EQUAL(first_death(), "none");
  put("sys/fs/pstore/dmesg-efi-2", panic, ended());
  CAF_CHECK_EQUAL(first_death(), "dmesg-efi-2: out of ideas");
}

CAF_TEST(what systemd moved away is found two folders deep if this boot moved it) {
  put("var/lib/systemd/pstore/1700000000/001/dmesg.txt", panic, last_boot() + 5s);
  CAF_CHECK_EQUAL(first_death(), "none"); // the last boot moved it: it is of an end before
  put("var/lib/systemd/pstore/1700001000/001/dmesg.txt", panic, ended() + 62s);
  CAF_CHECK_EQUAL(first_death(), "dmesg.txt: out of ideas");
}

CAF_TEST(the newest of many files is read) {
  for (int i = 0; i < 100; ++i)
    put("var/lib/systemd/pstore/" + std::to_string(1000 + i) + "/dmesg.txt", power_down,
        last_boot() - 1s * (i + 1));
  put("var/lib/systemd/pstore/zzz/dmesg.txt", panic, ended() + 62s);
  CAF_CHECK_EQUAL(first_death(), "dmesg.txt: out of ideas");
}

CAF_TEST(an old console that systemd kept says nothing) {
  put("var/lib/systemd/pstore/console-ramoops-0", power_down, last_boot() + 5s);
  CAF_CHECK_EQUAL(first_death(), "none");
  put("var/lib/systemd/pstore/console-ramoops-0", power_down, ended() + 62s);
  CAF_CHECK(first_death() != "none");
}

CAF_TEST(what is moved under a clock that goes on from a saved time is found) {
  found.now.wall = ended() - 600s; // saved ten minutes before the end
  put("var/lib/systemd/pstore/console-ramoops-0", power_down, found.now.wall - 10s);
  CAF_CHECK(first_death() != "none");
}

CAF_TEST(a console that another boot may have written is not believed beside a lost copy) {
  last.has_memory_copy = true;
  put("sys/fs/pstore/console-ramoops-0", power_down, ended() + 62s);
  CAF_CHECK_EQUAL(first_death(), "none");
  put("sys/fs/pstore/pmsg-ramoops-0", "older" + encode_record(last));
  collect();
  CAF_REQUIRE(found.kept_record.has_value());
  CAF_CHECK_EQUAL(found.kept_record->sequence, 7u);
  CAF_CHECK(!found.deaths.empty());
}

CAF_TEST(a shutdown of the boot before the last one is not that of the last) {
  put_wtmp({{"shutdown", last_boot() - 20s}});
  CAF_CHECK(!collect().logged_shutdown);
  put_wtmp({{"shutdown", last_boot() - 20s}, {"runlevel", ended()}, {"shutdown", ended() + 4s}});
  CAF_CHECK(collect().logged_shutdown == ended() + 4s);
}

CAF_TEST(a dump is taken if it was written since the last boot) {
  put("var/crash/202601010000/dump.202601010000", "x", last_boot() - 20s);
  CAF_CHECK_EQUAL(collect().crash_dump, "");
  put("var/crash/202611280000/vmcore", "x", ended() + 20s);
  CAF_CHECK_EQUAL(collect().crash_dump, (root.path / "var/crash/202611280000/vmcore").string());
}

CAF_TEST(a watchdog and the firmware say that they reset the machine) {
  put("sys/class/watchdog/watchdog0/bootstatus", "0\n");
  put("sys/class/watchdog/watchdog1/bootstatus", "32\n");
  put("sys/class/watchdog/watchdog1/identity", "i6300ESB timer\n");
  put("sys/bus/platform/devices/rstc/power_on_reason", "brown-out\n");
  put("dev/kmsg",
      "6,339,5140900,-;x86/amd: Previous system reset reason [0x00000002]: power button "
      "was pressed for 4 seconds\n");
  collect();
  CAF_CHECK_EQUAL(found.watchdog, "the watchdog i6300ESB timer");
  CAF_CHECK_EQUAL(found.power_on_reason, "brown-out");
  CAF_CHECK_EQUAL(found.reset_reason, "[0x00000002]: power button was pressed for 4 seconds");
}

CAF_TEST(the kernel names the process that it killed for lack of memory) {
  found.run.boot_id = last.run.boot_id;
  put("dev/kmsg", "3,339,1000000000,-;Out of memory: Killed process 4711 (pmactor) total-vm:1kB\n");
  put_wtmp({{"shutdown", ended() + 4s}});
  collect();
  CAF_CHECK(found.oom_line.find("4711") != std::string::npos);
  CAF_CHECK(!found.logged_shutdown); // the machine stayed up
}

CAF_TEST(a clock without a battery is doubted until the network has set it) {
  CAF_CHECK(collect().is_clock_doubtful);
  put("run/systemd/timesync/synchronized", "");
  CAF_CHECK(!collect().is_clock_doubtful);
  fs::remove_all(root.path / "run");
  put("sys/class/rtc/rtc0/name", "rtc_cmos");
  CAF_CHECK(!collect().is_clock_doubtful);
}

CAF_TEST(the battery of the machine is asked and not that of a mouse) {
  put("sys/class/power_supply/hid/type", "Battery\n");
  put("sys/class/power_supply/hid/scope", "Device\n");
  put("sys/class/power_supply/hid/capacity", "3\n");
  CAF_CHECK(!power_looker{root.path}.look().battery_pct);
  put("sys/class/power_supply/BAT0/type", "Battery\n");
  put("sys/class/power_supply/BAT0/capacity", "57\n");
  put("sys/class/power_supply/BAT0/status", "Discharging\n");
  const auto power = power_looker{root.path}.look();
  CAF_CHECK(power.battery_pct == 57.0 && power.on_battery == true);
}

CAF_TEST(kills within the own group are counted where the unified hierarchy is mounted) {
  put("proc/self/cgroup", "4:memory:/lost\n0::/docker/abc/web\n");
  put("proc/self/mountinfo",
      "30 1 0:26 /docker/abc /sys/fs/cgroup/unified ro - cgroup2 cgroup rw\n");
  put("sys/fs/cgroup/unified/web/memory.events", "low 0\noom 4\noom_kill 3\n");
  CAF_CHECK(host_looker{root.path}.look().group_oom_kills == 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
