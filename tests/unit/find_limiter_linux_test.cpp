// Made-up trees of /proc and /sys: a machine whose CPUs are slow, and what limits them.
#define CAF_SUITE find_limiter_linux

#include "actors/speed_watch/compose_slowed.hpp"
#include "actors/speed_watch/find_limiter.hpp"
#include "actors/speed_watch/judge_speed.hpp"
#include "actors/speed_watch/read_speed_linux.hpp"

#include <fstream>
#include <functional>
#include <string>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

/// Four CPUs that can run at 4600 MHz, without turbo at 2000, and run at 800.
struct machine {
  temporary_folder folder;

  machine() {
    for (int i = 0; i < 4; ++i) {
      const auto cpu = "sys/devices/system/cpu/cpu" + std::to_string(i) + '/';
      write(cpu + "cpufreq/cpuinfo_max_freq", "4600000");
      write(cpu + "cpufreq/scaling_max_freq", "4600000");
      write(cpu + "cpufreq/scaling_cur_freq", "800000");
      write(cpu + "cpufreq/base_frequency", "2000000");
      write(cpu + "cpufreq/scaling_governor", "powersave");
      write(cpu + "cpufreq/scaling_driver", "intel_pstate");
      write(cpu + "cpufreq/energy_performance_preference", "balance_performance");
      write(cpu + "thermal_throttle/core_throttle_count", "3");
      write(cpu + "thermal_throttle/package_throttle_count", "5");
    }
    write("sys/devices/system/cpu/intel_pstate/max_perf_pct", "100");
    write("sys/devices/system/cpu/intel_pstate/no_turbo", "0");
    write("sys/firmware/acpi/platform_profile", "balanced");
    write("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp");
    write("sys/class/thermal/thermal_zone0/temp", "61000");
    write("sys/class/thermal/thermal_zone0/trip_point_0_type", "passive");
    write("sys/class/thermal/thermal_zone0/trip_point_0_temp", "95000");
    write("sys/class/thermal/cooling_device0/type", "Processor");
    write("sys/class/thermal/cooling_device0/cur_state", "0");
    write("sys/class/thermal/cooling_device0/max_state", "10");
    stat(0, 0, 0);
  }

  void write(const std::string& file, const std::string& text) {
    const auto path = folder.path / file;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text << '\n';
  }

  /// Of each CPU, in ticks.
  void stat(int busy, int idle, int stolen) {
    std::string text = "cpu  0 0 0 0 0 0 0 0 0 0\n";
    for (int i = 0; i < 4; ++i)
      text += "cpu" + std::to_string(i) + ' ' + std::to_string(1000 + busy) + " 0 0 "
              + std::to_string(1000 + idle) + " 0 0 0 " + std::to_string(stolen) + " 0 0\n";
    write("proc/stat", text + "intr 0\nctxt 0\n");
  }
};

struct row {
  const char* limiter;
  std::function<void(machine&)> before, then;
};

void nothing(machine&) {
}

const row rows[] = {
  {"thermal", nothing,
   [](machine& x) {
     x.write("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "41");
   }},
  {"thermal", nothing,
   [](machine& x) { x.write("sys/class/thermal/cooling_device0/cur_state", "7"); }},
  {"thermal", nothing,
   [](machine& x) { x.write("sys/class/thermal/thermal_zone0/temp", "97000"); }},
  {"power",
   [](machine& x) {
     x.write("sys/devices/system/cpu/cpu0/thermal_throttle/package_power_limit_count", "1");
   },
   [](machine& x) {
     x.write("sys/devices/system/cpu/cpu0/thermal_throttle/package_power_limit_count", "9");
   }},
  {"max_perf_pct", nothing,
   [](machine& x) { x.write("sys/devices/system/cpu/intel_pstate/max_perf_pct", "20"); }},
  {"frequency_limit", nothing,
   [](machine& x) {
     for (int i = 0; i < 4; ++i)
       x.write("sys/devices/system/cpu/cpu" + std::to_string(i) + "/cpufreq/scaling_max_freq",
               "800000");
   }},
  {"firmware_limit", nothing,
   [](machine& x) { x.write("sys/devices/system/cpu/cpu0/cpufreq/bios_limit", "800000"); }},
  {"no_turbo", nothing,
   [](machine& x) { x.write("sys/devices/system/cpu/intel_pstate/no_turbo", "1"); }},
  {"platform_profile", nothing,
   [](machine& x) { x.write("sys/firmware/acpi/platform_profile", "low-power"); }},
  {"energy_preference", nothing,
   [](machine& x) {
     x.write("sys/devices/system/cpu/cpu0/cpufreq/energy_performance_preference", "power");
   }},
  {"governor", nothing,
   [](machine& x) {
     x.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "acpi-cpufreq");
   }},
  {"unknown", nothing, nothing},
};

} // namespace

CAF_TEST(what limits slow CPUs is named) {
  for (const auto& one : rows) {
    machine world;
    one.before(world);
    host_speed_reader reader{world.folder.path};
    const speed_watch_policy policy;
    CAF_CHECK(reader.read().cpus.empty());
    const auto before = reader.read_signs();
    world.stat(95, 5, 0);
    one.then(world);
    const auto look = reader.read();
    const auto speed = speed_of(look, policy);
    CAF_CHECK_EQUAL(speed.cpus, 4u);
    CAF_CHECK(judge_pace(speed, policy) == pace::slow);
    const auto found = find_limiter(before, reader.read_signs(), speed.mhz, speed.most);
    CAF_CHECK_EQUAL(found.name, one.limiter);
    CAF_CHECK(
      facts_of_frequency(speed, found).title.starts_with("busy CPUs ran at 800 of 4600 MHz: "));
  }
}

CAF_TEST(energy that is all that a CPU may take is a limit of power) {
  limiter_signs before, now;
  now.at.awake = before.at.awake + 5s;
  before.package_joules = 1000, now.package_joules = 1000 + 5 * 14.8;
  before.package_limit = now.package_limit = 15;
  CAF_CHECK_EQUAL(find_limiter(before, now, 900, 4600).name, "power");
  now.package_joules = 1000 + 5 * 9.0;
  CAF_CHECK_EQUAL(find_limiter(before, now, 900, 4600).name, "unknown");
}

CAF_TEST(CPUs that are idle or fast or of a machine that shows no frequency are not slow) {
  const speed_watch_policy policy;
  speed_look look;
  look.cpus = {{0, 0.2, 800, 4600}, {1, 0.9, 3100, 4600}};
  CAF_CHECK(judge_pace(speed_of(look, policy), policy) == pace::fast);
  look.cpus = {{0, 0.2, 800, 4600}};
  CAF_CHECK(judge_pace(speed_of(look, policy), policy) == pace::unknown);
  look.cpus = {{0, 1, std::nullopt, std::nullopt}};
  CAF_CHECK(judge_pace(speed_of(look, policy), policy) == pace::unknown);
}

CAF_TEST(what is slow for five seconds that were lived is an episode until it is not) {
  using change = slow_episode::change;
  const speed_watch_policy policy;
  slow_episode x;
  auto now = 100s;
  const auto add = [&](pace is, std::chrono::nanoseconds lived = 1s) {
    now += 1s;
    return x.add(is, {now, now, now}, lived, policy);
  };
  CAF_CHECK(add(pace::slow) == change::suspected);
  CAF_CHECK(add(pace::fast) == change::none); // it was a moment
  CAF_CHECK(add(pace::slow) == change::suspected);
  for (int i = 0; i < 20; ++i)
    CAF_CHECK(add(pace::slow, 100ms) == change::none); // the machine hardly lived
  CAF_CHECK(add(pace::slow) == change::none);
  CAF_CHECK(add(pace::slow) == change::begun);
  CAF_CHECK(x.lasts());
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(add(pace::fast) == change::none);
  CAF_CHECK(add(pace::slow) == change::none); // it was not over
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(add(pace::unknown) == change::none);
  CAF_CHECK(add(pace::fast) == change::over);
  const auto event = compose_slowed(x, facts_of_stolen(0.3), 1);
  CAF_CHECK(event.kind == event_kind::slowed);
  CAF_CHECK(event.facts->find("\"over\":false") != std::string::npos);
  CAF_CHECK(compose_slowed_end(event.id, x, facts_of_stolen(0.3)).facts->find("\"over\":true")
            != std::string::npos);
}

CAF_TEST(a hypervisor that takes a good part of a minute makes a machine slow) {
  const speed_watch_policy policy;
  stolen_minute x;
  speed_look look;
  look.busy = 0.5, look.stolen = 0.2;
  for (int i = 0; i < 5; ++i) {
    x.add(look, 10s);
    CAF_CHECK(x.judge(false, policy) == pace::unknown);
  }
  x.add(look, 10s);
  CAF_CHECK(x.judge(false, policy) == pace::slow);
  look.stolen = 0.05; // a tenth of what is wanted
  for (int i = 0; i < 6; ++i)
    x.add(look, 10s);
  CAF_CHECK(x.judge(false, policy) == pace::fast);
  CAF_CHECK(x.judge(true, policy) == pace::slow); // half of what it began with goes on
  look.busy = 0.02, look.stolen = 0.01;           // half of nearly nothing
  for (int i = 0; i < 6; ++i)
    x.add(look, 10s);
  CAF_CHECK(x.judge(true, policy) == pace::fast);
}
