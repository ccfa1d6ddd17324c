#define CAF_SUITE decide_outage

#include "actors/black_box/decide_outage.hpp"

#include "support/outage_case.hpp"
#include "support/test.hpp"

#include <algorithm>
#include <functional>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct expectation {
  const char* of;
  std::function<void(case_file&)> set;
  outage_cause cause;
  confidence sure;
};

void check(const std::vector<expectation>& all) {
  for (const auto& x : all) {
    case_file file;
    x.set(file);
    const auto found = file.verdict();
    CAF_CHECK_EQUAL(std::string{x.of} + ": " + to_string(found.cause) + ' ' + to_string(found.sure),
                    std::string{x.of} + ": " + to_string(x.cause) + ' ' + to_string(x.sure));
    CAF_CHECK(!found.says.empty());
    CAF_CHECK(!found.evidence.empty());
    CAF_CHECK(found.ended >= found.began);
  }
}

const hypervisor_fact kvm{hypervisor_sign::cpu, {"KVM"}};

} // namespace

CAF_TEST(the end of the daemon alone) {
  const auto level = confidence::high;
  check({
    {"stopped",
     [](auto& x) {
       x.same_boot().last.end = box_end{false, "SIGTERM"};
     },
     outage_cause::stopped, level},
    {"upgraded",
     [](auto& x) {
       x.same_boot().last.end = box_end{false, "SIGTERM"};
       x.now.version = "0.2.0";
     },
     outage_cause::upgraded, level},
    {"another build",
     [](auto& x) {
       x.same_boot().last.end = box_end{false, "SIGTERM"};
       x.now.program = 78;
     },
     outage_cause::upgraded, level},
    {"gave up",
     [](auto& x) {
       x.same_boot().last.end = box_end{true, "storage-writer failed too often"};
     },
     outage_cause::crashed, level},
    {"crashed",
     [](auto& x) {
       x.same_boot().now.daemon = trace_of(x);
       x.now.daemon->signal = "SIGSEGV";
     },
     outage_cause::crashed, level},
    {"stopped, but not in time",
     [](auto& x) {
       x.same_boot().now.daemon = trace_of(x);
       x.now.daemon->is_over = x.now.daemon->has_failed = x.now.daemon->was_asked = true;
     },
     outage_cause::stopped, confidence::medium},
    {"stopped, but not in time for what came after its marker",
     [](auto& x) {
       x.same_boot().last.end = box_end{false, "SIGTERM"};
       x.now.daemon = trace_of(x);
       x.now.daemon->is_over = x.now.daemon->has_failed = x.now.daemon->was_asked = true;
     },
     outage_cause::stopped, confidence::medium},
    {"replaced, but not in time",
     [](auto& x) {
       x.same_boot().now.daemon = trace_of(x);
       x.now.daemon->is_over = x.now.daemon->has_failed = x.now.daemon->was_asked = true;
       x.now.program = 78;
     },
     outage_cause::upgraded, confidence::medium},
    {"crashed as it was stopped",
     [](auto& x) {
       x.same_boot().now.daemon = trace_of(x);
       x.now.daemon->was_asked = true;
       x.now.daemon->signal = "SIGSEGV";
     },
     outage_cause::crashed, level},
    {"gave up, as the page says",
     [](auto& x) {
       x.same_boot().now.daemon = trace_of(x);
       x.now.daemon->is_over = x.now.daemon->has_failed = true;
       x.now.daemon->last_words = "an actor failed too often";
     },
     outage_cause::crashed, confidence::medium},
    {"killed, as the page shows", [](auto& x) { x.same_boot().now.daemon = trace_of(x); },
     outage_cause::killed, level},
    {"killed, as systemd says",
     [](auto& x) { x.same_boot().now.service_result = "code=killed, status=9/KILL"; },
     outage_cause::killed, level},
    {"ended without a word", [](auto& x) { x.same_boot(); }, outage_cause::killed,
     confidence::low},
    {"crashed, as systemd says",
     [](auto& x) { x.same_boot().now.service_result = "code=dumped, status=11/SEGV"; },
     outage_cause::crashed, level},
    {"aborted by the watchdog of systemd",
     [](auto& x) { x.same_boot().now.service_result = "code=killed, status=6/ABRT"; },
     outage_cause::crashed, level},
    {"gave up, as systemd says",
     [](auto& x) { x.same_boot().now.service_result = "code=exited, status=1/FAILURE"; },
     outage_cause::crashed, level},
    {"ended by a signal before it could write its marker",
     [](auto& x) { x.same_boot().now.service_result = "code=killed, status=15/TERM"; },
     outage_cause::stopped, confidence::medium},
    {"a crash while others were killed for memory",
     [](auto& x) {
       x.same_boot().now.service_result = "code=dumped, status=11/SEGV";
       x.now.oom_kills = 4;
     },
     outage_cause::crashed, level},
    {"of memory, as the kernel says",
     [](auto& x) { x.same_boot().now.oom_line = "Out of memory: Killed process 4711 (pmactor)"; },
     outage_cause::oom_killed, level},
    {"of memory, as systemd says", [](auto& x) { x.same_boot().now.service_result = "oom-kill"; },
     outage_cause::oom_killed, level},
    {"of memory, by its group", [](auto& x) { x.same_boot().now.group_oom_kills = 1; },
     outage_cause::oom_killed, confidence::medium},
    {"perhaps of memory", [](auto& x) { x.same_boot().now.oom_kills = 4; },
     outage_cause::oom_killed, confidence::low},
    {"not of an old kill",
     [](auto& x) {
       x.same_boot().now.oom_kills = 3;
       x.now.group_oom_kills = 0;
     },
     outage_cause::killed, confidence::low},
  });
}

CAF_TEST(the end of the machine) {
  const auto high = confidence::high;
  const auto death = [](kernel_death::what kind) {
    return [kind](case_file& x) {
      x.next_boot().now.deaths = {{kind, "its words", "dmesg-ramoops-0"}};
    };
  };
  check({
    {"marker alone",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM"};
     },
     outage_cause::shutdown, confidence::low},
    {"marker alone and a drive that lost its power unsafely",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM"};
       x.now.drives = {{"SSD 1", 101, 8}};
     },
     outage_cause::power_loss, confidence::medium},
    {"marker alone and a drive that was switched off",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM"};
       x.now.drives = {{"SSD 1", 101, 7}};
     },
     outage_cause::shutdown, confidence::low},
    {"gave up, and then the machine ended",
     [](auto& x) {
       x.next_boot().last.end = box_end{true, "storage-writer failed too often"};
     },
     outage_cause::unexplained, confidence::low},
    {"gave up, and then the machine was shut down",
     [](auto& x) {
       x.next_boot().last.end = box_end{true, "storage-writer failed too often"};
       x.now.logged_shutdown = x.last.at.wall + 30s;
     },
     outage_cause::shutdown, high},
    {"a panic while it was shut down",
     [=](auto& x) {
       death(kernel_death::what::panic)(x);
       x.last.end = box_end{false, "SIGTERM", box_course::restarts};
       x.now.journal = journal_end{true, box_course::restarts, "Reached target reboot.target"};
     },
     outage_cause::panic, high},
    {"a shutdown that hung until the watchdog came",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM", box_course::restarts};
       x.now.watchdog = "the watchdog iTCO_wdt";
     },
     outage_cause::watchdog, high},
    {"a watchdog's old word and a kernel that restarted",
     [=](auto& x) {
       death(kernel_death::what::shutdown)(x);
       x.now.watchdog = "the watchdog iTCO_wdt";
     },
     outage_cause::shutdown, high},
    {"marker with a course",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM", box_course::goes_down};
     },
     outage_cause::shutdown, high},
    {"restart",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM", box_course::restarts};
     },
     outage_cause::reboot, high},
    {"stopped long before",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM", box_course::stays_up};
     },
     outage_cause::stopped, confidence::medium},
    {"stopped before and shut down later",
     [](auto& x) {
       x.next_boot().last.end = box_end{false, "SIGTERM", box_course::stays_up};
       x.now.journal = journal_end{true, box_course::goes_down, "Reached target poweroff.target"};
     },
     outage_cause::shutdown, high},
    {"journal alone",
     [](auto& x) {
       x.next_boot().now.journal =
         journal_end{true, box_course::restarts, "Reached target reboot.target"};
     },
     outage_cause::reboot, high},
    {"wtmp alone", [](auto& x) { x.next_boot().now.logged_shutdown = x.last.at.wall + 5s; },
     outage_cause::shutdown, high},
    {"an old wtmp", [](auto& x) { x.next_boot().now.logged_shutdown = x.last.at.wall - 3600s; },
     outage_cause::unexplained, confidence::low},
    {"the shutdown before this boot and a reset soon after it",
     [](auto& x) {
       x.last = full_record(7, 60s);
       x.last.battery_pct.reset();
       x.next_boot().now.logged_shutdown = x.last.at.wall - 61s;
     },
     outage_cause::unexplained, confidence::low},
    {"panic", death(kernel_death::what::panic), outage_cause::panic, high},
    {"dump", [](auto& x) { x.next_boot().now.crash_dump = "/var/crash/1/dump.1"; },
     outage_cause::panic, high},
    {"watchdog", [](auto& x) { x.next_boot().now.watchdog = "the watchdog i6300ESB"; },
     outage_cause::watchdog, high},
    {"watchdog by the firmware",
     [](auto& x) { x.next_boot().now.power_on_reason = "watchdog timeout"; },
     outage_cause::watchdog, high},
    {"sysrq", death(kernel_death::what::sysrq), outage_cause::reset, high},
    {"memory outlived it",
     [](auto& x) {
       x.next_boot().now.kept_record = x.last;
       x.now.reads_kept_memory = true;
     },
     outage_cause::reset, high},
    {"the drive stayed on", [](auto& x) { x.next_boot().now.drives = x.last.drives; },
     outage_cause::reset, confidence::medium},
    {"the drive lost power",
     [](auto& x) {
       x.next_boot().now.drives = {{"SSD 1", 101, 8}};
     },
     outage_cause::power_loss, confidence::medium}, // or its button was held
    {"the drive lost power beside a charged battery",
     [](auto& x) {
       x.next_boot().now.drives = {{"SSD 1", 101, 8}};
       x.last.battery_pct = 80;
     },
     outage_cause::reset, confidence::medium},
    {"a drive that keeps no count",
     [](auto& x) {
       x.next_boot().last.drives = {{"QEMU NVMe", 0, 0}};
       x.now.drives = x.last.drives;
     },
     outage_cause::unexplained, confidence::low},
    {"the button was held, as the firmware says",
     [](auto& x) {
       x.next_boot().now.drives = {{"SSD 1", 101, 8}};
       x.now.reset_reason = "[0x00000002]: power button was pressed for 4 seconds";
     },
     outage_cause::reset, high},
    {"the power failed, as the firmware says",
     [](auto& x) { x.next_boot().now.power_on_reason = "brown-out"; }, outage_cause::power_loss,
     high},
    {"a software reset before the power went",
     [](auto& x) {
       x.next_boot().now.drives = {{"SSD 1", 101, 8}};
       x.now.reset_reason = "[0x00080000]: software wrote 0x6 to reset control register 0xCF9";
     },
     outage_cause::power_loss, confidence::medium},
    {"another drive",
     [](auto& x) {
       x.next_boot().now.drives = {{"SSD 2", 500, 8}};
     },
     outage_cause::unexplained, confidence::low},
    {"memory was lost", [](auto& x) { x.next_boot().now.reads_kept_memory = true; },
     outage_cause::power_loss, confidence::medium},
    {"memory that cannot be read", [](auto& x) { x.next_boot(); }, outage_cause::unexplained,
     confidence::low},
    {"a guest's memory was lost",
     [](auto& x) {
       x.next_boot().now.reads_kept_memory = true;
       x.now.hypervisor = kvm;
     },
     outage_cause::host_killed, confidence::medium},
    {"a guest without a trace", [](auto& x) { x.next_boot().now.hypervisor = kvm; },
     outage_cause::host_killed, confidence::low},
    {"back at once", [](auto& x) { x.next_boot().now.now.wall -= 40s; }, outage_cause::reset,
     confidence::low},
    {"battery",
     [](auto& x) {
       x.next_boot().last.battery_pct = 3;
       x.last.on_battery = true;
     },
     outage_cause::battery_empty, confidence::medium},
    {"battery and drive",
     [](auto& x) {
       x.next_boot().last.battery_pct = 3;
       x.last.on_battery = true;
       x.now.drives = {{"SSD 1", 101, 8}};
     },
     outage_cause::battery_empty, high},
    {"a full battery", [](auto& x) { x.next_boot().last.on_battery = true; },
     outage_cause::unexplained, confidence::low},
  });
}

CAF_TEST(what a trace of another run says is not taken for this one) {
  case_file x;
  x.same_boot().now.daemon = trace_of(x);
  x.now.daemon->run.pid = 1;
  x.now.daemon->signal = "SIGSEGV";
  CAF_CHECK(x.verdict().cause == outage_cause::killed);
}

CAF_TEST(a crash names actor and message) {
  case_file x;
  x.same_boot().now.daemon = trace_of(x);
  x.now.daemon->signal = "SIGABRT";
  CAF_CHECK_EQUAL(x.verdict().says,
                  "pmactor crashed (SIGABRT) in stress-scorer, which handled power_sample");
}

CAF_TEST(words and causes have each other) {
  for (std::size_t i = 0; i < outage_causes; ++i) {
    const auto x = static_cast<outage_cause>(i);
    CAF_CHECK(outage_cause_from(to_string(x)) == x);
  }
  CAF_CHECK(!outage_cause_from("io"));
}

CAF_TEST(a stop that lost rows is none in good order) {
  for (const auto course : {box_course::unknown, box_course::stays_up})
    for (const bool is_lossy : {false, true}) {
      case_file same, next;
      same.same_boot().last.end = next.next_boot().last.end = box_end{false, "SIGTERM", course, is_lossy};
      for (const auto& found : {same.verdict(), next.verdict()}) {
        const bool is_good = found.says.find("was stopped in good order") != std::string::npos;
        if (found.cause == outage_cause::stopped)
          CAF_CHECK_EQUAL(is_good, !is_lossy);
        const bool says_loss = std::any_of(found.evidence.begin(), found.evidence.end(), [](const std::string& x) {
          return x.find("neither be stored nor kept") != std::string::npos;
        });
        if (found.cause == outage_cause::stopped)
          CAF_CHECK_EQUAL(says_loss, is_lossy);
      }
    }
}
