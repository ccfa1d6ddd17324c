#define CAF_SUITE parse_machine

#include "app/sampler/parse_machine.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(the CPUs and the count of forks and the boot time are found) {
  machine_reading x;
  x.cpus.resize(7); // from a reading before
  fill_in_stat("cpu  9 9 9 9 9 9 9 9 9 9\n"
               "cpu0 2790 1 1546 129345 9 2 4 7 0 0\n"
               "cpu2 3499 0 1785 128128 304 0 29 8 0 0\n"
               "intr 160629 0 0\nctxt 309847\nbtime 1795298615\nprocesses 4711\nprocs_running 1\nprocs_blocked 2\n",
               x);
  CAF_REQUIRE_EQUAL(x.cpus.size(), 2u);
  CAF_CHECK_EQUAL(x.cpus[0].cpu, 0u);
  CAF_CHECK_EQUAL(x.cpus[0].user, 2790u);
  CAF_CHECK_EQUAL(x.cpus[0].nice, 1u);
  CAF_CHECK_EQUAL(x.cpus[0].system, 1546u);
  CAF_CHECK_EQUAL(x.cpus[0].idle, 129345u);
  CAF_CHECK_EQUAL(x.cpus[0].iowait, 9u);
  CAF_CHECK_EQUAL(x.cpus[0].irq, 2u);
  CAF_CHECK_EQUAL(x.cpus[0].softirq, 4u);
  CAF_CHECK_EQUAL(x.cpus[0].steal, 7u);
  CAF_CHECK_EQUAL(x.cpus[1].cpu, 2u);
  CAF_CHECK_EQUAL(x.cpus[1].steal, 8u);
  CAF_CHECK(x.boot_time == 1795298615);
  CAF_CHECK(x.forks == 4711u);
  CAF_CHECK(x.blocked == 2u);
}

CAF_TEST(what is damaged is left out) {
  machine_reading x;
  fill_in_stat("cpu0 1 2\ncpux 1 2 3 4 5 6 7 8\ncpu1 1 2 3 4 5 6 7\ncpu2 1 2 3 4 5 6 7 8\nbtime\n", x);
  CAF_REQUIRE_EQUAL(x.cpus.size(), 1u);
  CAF_CHECK_EQUAL(x.cpus[0].cpu, 2u);
  CAF_CHECK(!x.boot_time);
  CAF_CHECK(!x.forks);
  CAF_CHECK(!x.blocked);
}

CAF_TEST(only disks that count are read and their sectors are half a kilobyte) {
  std::vector<disk_reading> x(3);
  parse_diskstats("   7       0 loop0 1 0 1 0 1 0 1 0 0 0 0\n"
                  " 254       0 vda 33650 8645 2702634 8493 8894 7112 1619992 3145 0 4672 12063\n"
                  " 254       1 vda1 5 5 5\n",
                  [](std::string_view name) { return name != "loop0"; }, x);
  CAF_REQUIRE_EQUAL(x.size(), 1u);
  CAF_CHECK_EQUAL(x[0].name, "vda");
  CAF_CHECK_EQUAL(x[0].reads, 33650u);
  CAF_CHECK_EQUAL(x[0].read_bytes, 2702634u * 512);
  CAF_CHECK_EQUAL(x[0].writes, 8894u);
  CAF_CHECK_EQUAL(x[0].written_bytes, 1619992u * 512);
}

CAF_TEST(only interfaces that count are read) {
  std::vector<network_reading> x;
  parse_network_devices("Inter-|   Receive              |  Transmit\n"
                        " face |bytes    packets errs drop fifo frame compressed multicast|bytes\n"
                        "    lo:    3267      29    0    0    0     0          0         0     3267      29 0\n"
                        "eth0:1: 28791246     749    0    0    0     0          0         0    37321     456 0\n",
                        [](std::string_view name) { return name != "lo"; }, x);
  CAF_REQUIRE_EQUAL(x.size(), 1u);
  CAF_CHECK_EQUAL(x[0].name, "eth0:1");
  CAF_CHECK_EQUAL(x[0].in_bytes, 28791246u);
  CAF_CHECK_EQUAL(x[0].in_packets, 749u);
  CAF_CHECK_EQUAL(x[0].out_bytes, 37321u);
  CAF_CHECK_EQUAL(x[0].out_packets, 456u);
}

CAF_TEST(a sensor is ranked by how well it stands for the die) {
  CAF_CHECK_GREATER(rank_cpu_sensor("coretemp", "Package id 1"), rank_cpu_sensor("x86_pkg_temp", ""));
  CAF_CHECK_GREATER(rank_cpu_sensor("k10temp", "Tdie"), rank_cpu_sensor("k10temp", "Tctl"));
  CAF_CHECK_GREATER(rank_cpu_sensor("cpu-thermal", ""), 0);
  CAF_CHECK_EQUAL(rank_cpu_sensor("coretemp", "Core 0"), 0);
  CAF_CHECK_EQUAL(rank_cpu_sensor("k10temp", "Tccd1"), 0);
  CAF_CHECK_EQUAL(rank_cpu_sensor("acpitz", ""), 0);
  CAF_CHECK_EQUAL(rank_cpu_sensor("nvme", "Composite"), 0);
}
