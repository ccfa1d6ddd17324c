// Made-up trees of /sys before and after a suspend, and what is said of it.
#define CAF_SUITE describe_suspend_linux

#include "actors/kernel_log/describe_suspend.hpp"
#include "actors/kernel_log/read_suspends_linux.hpp"
#include "messages/words.hpp"

#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

struct laptop {
  temporary_folder folder;
  host_suspend_reader reader{(fill(), folder.path)};

  void fill() {
    write("power/suspend_stats/success", "7");
    write("power/suspend_stats/fail", "2");
    write("power/suspend_stats/last_failed_dev", "");
    write("power/suspend_stats/last_failed_errno", "0");
    write("power/suspend_stats/last_failed_step", "");
    int i = 0;
    for (const char* name :
         {"rtc_cmos", "PNP0C0D:00", "PNP0C0C:00", "0000:00:14.0", "hid-over-i2c"}) {
      const auto source = "class/wakeup/wakeup" + std::to_string(i++) + '/';
      write(source + "name", name);
      write(source + "wakeup_count", "4");
      write(source + "event_count", "9");
    }
  }
  void write(const std::string& file, const std::string& text) {
    const auto path = folder.path / "sys" / file;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text << '\n';
  }
};

std::string said(const suspend_counts& before, const suspend_counts& after) {
  return joined(describe_suspend(before, after), "; ");
}

} // namespace

CAF_TEST(what woke a machine is named by what counted it) {
  const char* const names[] = {"rtc_cmos", "PNP0C0D:00", "PNP0C0C:00", "0000:00:14.0",
                               "hid-over-i2c"};
  for (int i = 0; i < 5; ++i)
    for (const char* count : {"wakeup_count", "event_count"}) {
      laptop x;
      const auto before = x.reader.read();
      x.write("power/suspend_stats/success", "8");
      x.write("class/wakeup/wakeup" + std::to_string(i) + '/' + count, "10");
      CAF_CHECK(x.reader.count().success == 8u);
      CAF_CHECK_EQUAL(said(before, x.reader.read()), std::string{"woken by "} + names[i]);
      CAF_CHECK(!describe_failure(before, x.reader.read()));
    }
}

CAF_TEST(an interrupt and the sleep of the hardware are shown where they are known) {
  for (const char* us : {"0", "3599000000"}) {
    laptop x;
    const auto before = x.reader.read();
    x.write("class/wakeup/wakeup1/wakeup_count", "5");
    x.write("class/wakeup/wakeup3/event_count", "99"); // it only had something to report
    x.write("power/pm_wakeup_irq", "9");
    x.write("kernel/irq/9/actions", "acpi");
    x.write("power/suspend_stats/last_hw_sleep", us);
    CAF_CHECK_EQUAL(said(before, x.reader.read()),
                    std::string{"woken by PNP0C0D:00, interrupt 9 (acpi); the hardware "}
                      + (us[0] == '0' ? "never was in its deepest sleep (last_hw_sleep is 0)"
                                      : "was in its deepest sleep for 59 min 59 s"));
  }
}

CAF_TEST(a suspend that failed is an incident with its step and its device) {
  for (const char* step :
       {"freeze", "prepare", "suspend", "suspend_late", "suspend_noirq", "resume"})
    for (const char* device : {"0000:00:14.0", "nvme0", ""}) {
      laptop x;
      const auto before = x.reader.read();
      x.write("power/suspend_stats/fail", "3");
      x.write("power/suspend_stats/last_failed_step", step);
      x.write("power/suspend_stats/last_failed_dev", device);
      x.write("power/suspend_stats/last_failed_errno", "-16");
      const auto found = describe_failure(before, x.reader.read());
      CAF_REQUIRE(found);
      CAF_CHECK_EQUAL(found->device, device);
      CAF_CHECK(found->says.find(std::string{"at the step "} + step) != std::string::npos);
      CAF_CHECK(found->says.find("(error -16)") != std::string::npos);
    }
}

CAF_TEST(the phases of a suspend are those that the kernel logged) {
  suspend_phases phases;
  const auto log = [&phases](std::chrono::milliseconds at, const char* text) {
    kernel_line line;
    line.at = at;
    line.text = text;
    phases.add(line);
  };
  CAF_CHECK(phases.words().empty());
  log(1000ms, "PM: suspend entry (s2idle)");
  log(1100ms, "Filesystems sync: 2.311 seconds");
  log(3400ms, "Freezing user space processes completed (elapsed 0.002 seconds)");
  log(3500ms, "printk: Suspending console(s) (use no_console_suspend to debug)");
  log(4700ms, "PM: resume devices took 1.104 seconds");
  log(5500ms, "PM: suspend exit");
  CAF_CHECK_EQUAL(joined(phases.words(), "; "), "the kernel suspended by s2idle, which took 4.50 s "
                                                "awake; writing back files took 2.311 s, freezing "
                                                "tasks 0.002 s, resuming devices 1.104 s");
  log(9000ms, "PM: suspend entry (deep)");
  CAF_CHECK_EQUAL(joined(phases.words(), "; "), "the kernel suspended by deep");
  // As kernels up to 6.1 put it, and one whose messages of power management are on.
  log(9100ms, "Freezing user space processes ... (elapsed 0.004 seconds) done.");
  log(9150ms, "Freezing remaining freezable tasks ... (elapsed 0.001 seconds) done.");
  log(9200ms, "PM: suspend of devices complete after 312.500 msecs");
  log(9300ms, "PM: resume of devices complete after 1812.250 msecs");
  log(9400ms, "PM: resume of devices complete after a while msecs");
  CAF_CHECK_EQUAL(
    joined(phases.words(), "; "),
    "the kernel suspended by deep; freezing tasks 0.004 s, suspending devices 0.312 s, "
    "resuming devices 1.812 s");
  log(9350ms, "usb 1-4: PM: usb_dev_resume+0x0/0x20 returned 0 after 41200 usecs");
  log(9360ms, "nvme 0000:01:00.0: PM: pci_pm_resume+0x0/0x110 returned 0 after 812345 usecs");
  log(9370ms, "initcall slow_init+0x0/0x20 returned 0 after 9812345 usecs");
  log(9380ms, "sd 0:0:0:0: PM: after usecs returned 0 after many usecs");
  const auto words = phases.words();
  CAF_CHECK_EQUAL(words.back(), "the slowest device was nvme 0000:01:00.0, with 812 ms");
  phases.clear();
  CAF_CHECK(phases.words().empty());
}

CAF_TEST(a kernel that counts nothing says nothing) {
  temporary_folder empty;
  host_suspend_reader reader{empty.path};
  CAF_CHECK(reader.read() == suspend_counts{});
  CAF_CHECK(describe_suspend({}, {}).empty());
  CAF_CHECK(!describe_failure({}, {}));
}
