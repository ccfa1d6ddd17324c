#define CAF_SUITE compute_rates

#include "actors/system_metrics/compute_rates.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

system_counters first() {
  system_counters x;
  x.at = {100s, 200s, 1'700'000'000s};
  x.cpu = cpu_times{1000, 9000};
  x.load1 = 1.5;
  x.cores = 2;
  x.mem_available = 3e9;
  x.mem_total = 8e9;
  x.swap_used = 0;
  x.disks = {{"sda", 1000, 5000}, {"sdb", 0, 0}};
  x.nets = {{"eth0", 10, 20}};
  x.cpu_stall = {1'000'000, 0};
  x.memory_stall = {0, 0};
  x.io_stall = {500'000, 400'000};
  return x;
}

/// Two seconds later on the awake clock; a sleep lies between them.
system_counters second() {
  auto x = first();
  x.at = {102s, 3802s, 1'700'003'602s};
  x.cpu = cpu_times{1100, 9300};
  x.disks = {{"sdb", 2000, 0}, {"sda", 3000, 9000}};
  x.nets = {{"eth0", 1010, 220}};
  x.cpu_stall = {2'000'000, 0};
  x.io_stall = {600'000, 500'000};
  return x;
}

system_sample rates_of(const system_counters& before, const system_counters& now) {
  return compute_rates(&before, now, 7, 1s);
}

} // namespace

CAF_TEST(the first reading has no rates) {
  const auto x = compute_rates(nullptr, first(), 1, 1s);
  CAF_CHECK_EQUAL(x.tick, 1u);
  CAF_CHECK(x.interval == 1s);
  CAF_CHECK(x.at == first().at);
  CAF_CHECK_EQUAL(x.load1.value(), 1.5);
  CAF_CHECK_EQUAL(x.swap_used.value(), 0.0);
  CAF_CHECK(!x.cpu_pct);
  CAF_CHECK(!x.io_read && !x.io_write && !x.net_recv && !x.net_sent);
  CAF_CHECK(!x.psi_cpu_some && !x.psi_mem_some && !x.psi_mem_full && !x.psi_io_some && !x.psi_io_full);
}

CAF_TEST(rates are counter differences over the time awake) {
  const auto x = rates_of(first(), second());
  CAF_CHECK(x.interval == 2s);
  CAF_CHECK_EQUAL(x.cpu_pct.value(), 25.0);
  CAF_CHECK_EQUAL(x.io_read.value(), 2000.0);
  CAF_CHECK_EQUAL(x.io_write.value(), 2000.0);
  CAF_CHECK_EQUAL(x.net_recv.value(), 500.0);
  CAF_CHECK_EQUAL(x.net_sent.value(), 100.0);
  CAF_CHECK_EQUAL(x.psi_cpu_some.value(), 50.0);
  CAF_CHECK_EQUAL(x.psi_mem_some.value(), 0.0);
  CAF_CHECK_EQUAL(x.psi_mem_full.value(), 0.0);
  CAF_CHECK_EQUAL(x.psi_io_some.value(), 5.0);
  CAF_CHECK_EQUAL(x.psi_io_full.value(), 5.0);
}

CAF_TEST(a counter that went back is absent and leaves the others alone) {
  auto x = second();
  x.disks->front().in_bytes = 0;
  x.disks->back().in_bytes = 0; // sda had read 1000
  x.cpu = cpu_times{999, 9300};
  x.io_stall.full = 1;
  const auto y = rates_of(first(), x);
  CAF_CHECK(!y.io_read && !y.io_write);
  CAF_CHECK(!y.cpu_pct);
  CAF_CHECK(!y.psi_io_full);
  CAF_CHECK(y.psi_io_some.has_value());
  CAF_CHECK(y.net_recv.has_value());
}

CAF_TEST(a disk that vanished leaves the sum unknown for one interval) {
  auto later = second();
  later.disks->pop_back();
  CAF_CHECK(!rates_of(first(), later).io_read);
  auto latest = later;
  latest.at.awake += 1s;
  CAF_CHECK(rates_of(later, latest).io_read == 0.0);
}

CAF_TEST(a disk that was plugged in counts from its second reading) {
  auto x = second();
  x.disks->push_back({"sdc", 1'000'000'000, 0});
  CAF_CHECK(rates_of(first(), x).io_read == 2000.0);
}

CAF_TEST(what either reading lacks is absent and never zero) {
  auto x = second();
  x.cpu.reset();
  x.disks.reset();
  x.nets.reset();
  x.cpu_stall = {};
  x.mem_available.reset();
  const auto y = rates_of(first(), x);
  CAF_CHECK(!y.cpu_pct && !y.io_read && !y.net_sent && !y.psi_cpu_some && !y.mem_available);
  const auto z = rates_of(x, second());
  CAF_CHECK(!z.cpu_pct && !z.io_read && !z.net_sent && !z.psi_cpu_some);
}

CAF_TEST(a stall is never longer than its interval) {
  auto x = second();
  x.cpu_stall.some = 1'000'000 + 5'000'000;
  CAF_CHECK(rates_of(first(), x).psi_cpu_some == 100.0);
}

CAF_TEST(two readings at one time have no rates) {
  auto x = second();
  x.at = first().at;
  const auto y = rates_of(first(), x);
  CAF_CHECK(!y.cpu_pct && !y.io_read);
  CAF_CHECK(y.interval == 1s);
}

CAF_TEST(CPU time that stood still says nothing) {
  auto x = second();
  x.cpu = first().cpu;
  CAF_CHECK(!rates_of(first(), x).cpu_pct);
}

CAF_TEST(the thermal pressure of macOS has its five levels and no others) {
  auto x = second();
  CAF_CHECK(!rates_of(first(), x).pressure);
  x.pressure = thermal_pressure::heavy;
  CAF_CHECK(rates_of(first(), x).pressure == thermal_pressure::heavy);
  // OSThermalPressureLevel of macOS' <libkern/OSThermalNotification.h>
  CAF_CHECK(thermal_pressure_of(0) == thermal_pressure::nominal);
  CAF_CHECK(thermal_pressure_of(1) == thermal_pressure::moderate);
  CAF_CHECK(thermal_pressure_of(2) == thermal_pressure::heavy);
  CAF_CHECK(thermal_pressure_of(3) == thermal_pressure::trapping);
  CAF_CHECK(thermal_pressure_of(4) == thermal_pressure::sleeping);
  CAF_CHECK(!thermal_pressure_of(5));
  CAF_CHECK(!thermal_pressure_of(~0ull));
}

CAF_TEST(what a machine does not report is listed in words) {
  CAF_CHECK(list_absent(first()).empty());
  auto x = first();
  x.io_stall = {};
  x.swap_used.reset();
  CAF_CHECK_EQUAL(list_absent(x), (std::vector<std::string>{"swap", "I/O pressure"}));
}

CAF_TEST(a contradiction is among what the machine does not report) {
  auto x = second();
  CAF_CHECK(list_absent(x).empty());
  x.mem_available.reset();
  CAF_CHECK(list_absent(x) == std::vector<std::string>{"available memory"});
  x.is_memory_contradictory = true;
  CAF_CHECK(list_absent(x)
            == std::vector<std::string>{"available memory (said to be more than there is)"});
}
