#define CAF_SUITE read_machine_linux

#include "app/sampler/read_machine_linux.hpp"

#include "support/made_up_root.hpp"
#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// A machine of our own making, with hardware this one may lack.
struct fixture : made_up_root {
  machine_reading x;

  fixture() {
    write("proc/stat", "cpu0 1 0 0 9 0 0 0 0\ncpu1 1 0 0 9 0 0 0 0\nprocesses 5\n");
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(read_machine_linux_tests, fixture)

CAF_TEST(what the machine lacks is absent) {
  machine_reader reader{root};
  reader.read(x);
  CAF_CHECK_EQUAL(x.cpus.size(), 2u);
  CAF_CHECK(x.forks == 5u);
  CAF_CHECK(!x.boot_time);
  CAF_CHECK(!x.disks);
  CAF_CHECK(!x.networks);
  CAF_CHECK(!x.cpus[0].freq_hz);
  CAF_CHECK(x.throttles.empty());
  CAF_CHECK(!x.cpu_die_c);
  CAF_CHECK(!x.gpu_busy);
  CAF_CHECK(reader.read_facts().hw_model.empty());
}

CAF_TEST(the CPUs and the counts of the whole machine are read) {
  write("proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 2790 1 1546 129345 9 2 4 7 0 0\n"
                     "cpu2 3499 0 1785 128128 304 0 29 8 0 0\nintr 160629 0 0\nbtime 1795298615\n"
                     "processes 4711\nprocs_running 1\nprocs_blocked 2\n");
  x.cpus.resize(7); // from a reading before
  machine_reader reader{root};
  reader.read(x);
  CAF_REQUIRE_EQUAL(x.cpus.size(), 2u);
  CAF_CHECK_EQUAL(x.cpus[1].cpu, 2u);
  CAF_CHECK_EQUAL(x.cpus[1].steal, 8u);
  CAF_CHECK(x.boot_time == 1795298615);
  CAF_CHECK(x.forks == 4711u);
  CAF_CHECK(x.blocked == 2u);
}

CAF_TEST(disks and networks are those that count) {
  write("proc/diskstats", "8 0 sda 2 0 8 0 3 0 16 0 0 0 0\n8 1 sda1 2 0 8 0 3 0 16 0 0 0 0\n253 0 "
                          "dm-0 2 0 8 0 3 0 16 0 0 0 0\n");
  write("sys/block/sda/device/model", "x");
  write("sys/block/dm-0/slaves/sda1", "");
  write("proc/net/dev", "lo: 1 1 0 0 0 0 0 0 1 1 0\neth0: 2 1 0 0 0 0 0 0 2 1 0\n");
  machine_reader reader{root};
  reader.read(x);
  CAF_REQUIRE(x.disks && x.disks->size() == 1);
  CAF_CHECK_EQUAL(x.disks->front().name, "sda");
  CAF_REQUIRE(x.networks && x.networks->size() == 1);
  CAF_CHECK_EQUAL(x.networks->front().name, "eth0");
}

CAF_TEST(frequencies belong to the CPUs that share them) {
  write("sys/devices/system/cpu/cpufreq/policy0/affected_cpus", "0 1\n");
  write("sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "2400000\n");
  write("sys/devices/system/cpu/cpu0/cpu_capacity", "1024\n");
  write("sys/devices/system/cpu/cpu1/cpu_capacity", "512\n");
  machine_reader reader{root};
  reader.read(x);
  CAF_CHECK(x.cpus[0].freq_hz == 2.4e9);
  CAF_CHECK(x.cpus[1].freq_hz == 2.4e9);
  CAF_CHECK_EQUAL(x.cpus[0].capacity, 1024u);
  CAF_CHECK_EQUAL(x.cpus[1].capacity, 512u);
  write("sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "<unknown>\n");
  reader.read(x);
  CAF_CHECK(!x.cpus[0].freq_hz);
}

CAF_TEST(throttling is read once a core and once a package) {
  for (const std::string cpu : {"cpu0", "cpu1"}) { // two threads of one core
    const auto folder = "sys/devices/system/cpu/" + cpu;
    write(folder + "/topology/physical_package_id", "0\n");
    write(folder + "/topology/core_id", "3\n");
    write(folder + "/thermal_throttle/core_throttle_count", "5\n");
    write(folder + "/thermal_throttle/package_throttle_count", "7\n");
    write(folder + "/thermal_throttle/package_throttle_total_time_ms", "900\n");
  }
  machine_reader reader{root};
  reader.read(x);
  CAF_REQUIRE_EQUAL(x.throttles.size(), 2u);
  CAF_CHECK_EQUAL(x.throttles[0].count, 7u);
  CAF_CHECK(x.throttles[0].total_ms == 900u);
  CAF_CHECK_EQUAL(x.throttles[1].count, 5u);
  CAF_CHECK(!x.throttles[1].total_ms);
}

CAF_TEST(the die is the hottest of the best sensors) {
  write("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
  write("sys/class/thermal/thermal_zone0/temp", "99000\n");
  write("sys/class/hwmon/hwmon0/name", "nvme\n");
  write("sys/class/hwmon/hwmon0/temp1_input", "98000\n");
  for (const std::string package : {"0", "1"}) {
    write("sys/class/hwmon/hwmon1" + package + "/name", "coretemp\n");
    write("sys/class/hwmon/hwmon1" + package + "/temp1_label", "Package id " + package + "\n");
    write("sys/class/hwmon/hwmon1" + package + "/temp1_input", "5" + package + "500\n");
    write("sys/class/hwmon/hwmon1" + package + "/temp2_label", "Core 0\n");
    write("sys/class/hwmon/hwmon1" + package + "/temp2_input", "97000\n");
  }
  machine_reader reader{root};
  reader.read(x);
  CAF_CHECK(x.cpu_die_c == 51.5);
}

CAF_TEST(a sensor that says what cannot be gives way to the next best) {
  write("sys/class/hwmon/hwmon0/name", "coretemp\n");
  write("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n");
  write("sys/class/hwmon/hwmon0/temp1_input", "");
  write("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
  write("sys/class/thermal/thermal_zone0/temp", "58000\n");
  machine_reader reader{root};
  for (const auto* absurd : {"", "0\n", "-1\n", "255000\n", "65535000\n"}) {
    write("sys/class/hwmon/hwmon0/temp1_input", absurd);
    reader.read(x);
    CAF_CHECK(x.cpu_die_c == 58.0);
  }
  write("sys/class/hwmon/hwmon0/temp1_input", "61000\n");
  reader.read(x);
  CAF_CHECK(x.cpu_die_c == 61.0);
  write("sys/class/hwmon/hwmon0/temp1_input", "0\n");
  write("sys/class/thermal/thermal_zone0/temp", "0\n");
  reader.read(x);
  CAF_CHECK(!x.cpu_die_c);
}

CAF_TEST(a sensor that was lost is looked for again soon) {
  write("sys/class/hwmon/hwmon0/name", "k10temp\n");
  write("sys/class/hwmon/hwmon0/temp1_input", "44000\n");
  machine_reader reader{root};
  reader.read(x);
  CAF_CHECK(x.cpu_die_c == 44.0);
  write("sys/class/hwmon/hwmon0/temp1_input", ""); // the kept descriptor finds nothing any more
  fs::rename(root / "sys/class/hwmon/hwmon0", root / "sys/class/hwmon/hwmon1");
  fs::remove(root / "sys/class/hwmon/hwmon1/temp1_input");
  write("sys/class/hwmon/hwmon1/temp1_input", "45000\n");
  for (int i = 0; i < 12; ++i)
    reader.read(x);
  CAF_CHECK(x.cpu_die_c == 45.0);
}

CAF_TEST(the busiest GPU counts and one that sleeps is let sleep) {
  write("sys/class/drm/card0/device/gpu_busy_percent", "30\n");
  write("sys/class/drm/card0/device/power/runtime_status", "active\n");
  write("sys/class/drm/card1/device/gpu_busy_percent", "90\n");
  write("sys/class/drm/card1/device/power/runtime_status", "suspended\n");
  write("sys/class/drm/card0-HDMI-A-1/device/gpu_busy_percent", "80\n");
  machine_reader reader{root};
  reader.read(x);
  CAF_CHECK(x.gpu_busy == 0.3);
  write("sys/class/drm/card1/device/power/runtime_status", "active\n");
  reader.read(x);
  CAF_CHECK(x.gpu_busy == 0.9);
}

CAF_TEST(the model is the firmwares or the device trees) {
  machine_reader reader{root};
  write("proc/device-tree/model", std::string{"Raspberry Pi 4\0", 15});
  CAF_CHECK_EQUAL(reader.read_facts().hw_model, "Raspberry Pi 4");
  write("sys/class/dmi/id/product_name", "ThinkPad\n");
  CAF_CHECK_EQUAL(reader.read_facts().hw_model, "ThinkPad");
}

CAF_TEST_FIXTURE_SCOPE_END()
