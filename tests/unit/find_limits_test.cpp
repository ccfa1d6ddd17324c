#define CAF_SUITE find_limits

#include "app/doctor/find_limits.hpp"

#include <algorithm>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// A machine on which nothing is amiss.
doctor_facts well() {
  doctor_facts x;
  x.state = health_state::healthy;
  x.data_folder = "/var/lib/pmactor";
  x.is_system_service = true;
  x.rights = process_rights{true, true, true, true, true};
  x.has_pressure = true;
  x.clock_is_right = true;
  x.free_bytes = 100'000'000'000;
  return x;
}

/// @returns what limits it, weightiest first: "blind daemon, minor clock".
std::string limits(const doctor_facts& x) {
  std::string result;
  for (const auto& one : find_limits(x))
    result += (result.empty() ? "" : ", ") + to_string(one.weight) + ' ' + one.about;
  return result;
}

/// @returns what is said of the weightiest, and what mends it; empty if there is none.
std::string sentence_of(const doctor_facts& x) {
  const auto all = find_limits(x);
  return all.empty() ? std::string{} : all.front().sentence;
}
std::string command_of(const doctor_facts& x) {
  const auto all = find_limits(x);
  return all.empty() ? std::string{} : all.front().command;
}

} // namespace

CAF_TEST(nothing limits a machine on which all is well) {
  CAF_CHECK_EQUAL(limits(well()), "");
  auto x = well();
  x.rights.reset();
  x.has_pressure.reset();
  x.clock_is_right.reset();
  x.free_bytes.reset();
  CAF_CHECK_EQUAL(limits(x), ""); // what is not known is no limit
}

CAF_TEST(what is weightier comes first) {
  auto x = well();
  x.clock_is_right = false;
  x.has_pressure = false;
  x.state = health_state::not_running;
  CAF_CHECK_EQUAL(limits(x), "blind daemon, weak pressure, minor clock");
}

CAF_TEST(what the recorder and the clocks lack is a minor limit) {
  auto x = well();
  x.recorder_lacks = "the process of each disk request: tracefs is not mounted: `sudo mount -t tracefs tracefs /sys/kernel/tracing`";
  x.recorder_command = "sudo mount -t tracefs tracefs /sys/kernel/tracing";
  CAF_CHECK_EQUAL(limits(x), "minor recorder");
  CAF_CHECK_EQUAL(command_of(x), "sudo mount -t tracefs tracefs /sys/kernel/tracing");
  x = well();
  x.not_counted = "the time taken by the hypervisor";
  CAF_CHECK_EQUAL(limits(x), "minor counters");
  CAF_CHECK_EQUAL(sentence_of(x), "This host does not count or grant: the time taken by the hypervisor. Causes that need it are not found.");
}

CAF_TEST(what the health page says of the daemon and its actors is taken as it is meant) {
  health_report report;
  report.daemon.pid = 4711;
  report.degraded = "The log cannot be written.";
  report.actors.resize(4);
  report.actors[0].name = "notifier";
  report.actors[0].degraded = "No bus answers.";
  report.actors[0].degraded_setting = "a.key";
  report.actors[1].name = "clock-sampler";
  report.actors[1].shortfall = "the time taken by the hypervisor";
  report.actors[2].name = "switch-recorder";
  report.actors[2].note = "tier 1: records the task on each of 2 CPUs; not more: words for people";
  report.actors[3].name = "group-watch";
  report.actors[3].shortfall = "what no limit is about";
  auto x = well();
  add_health(x, report);
  CAF_CHECK_EQUAL(x.daemon, 4711);
  CAF_CHECK(x.degraded
            == (std::vector<degraded_part>{{"", "The log cannot be written.", ""}, {"notifier", "No bus answers.", "a.key"}}));
  CAF_CHECK_EQUAL(x.not_counted, "the time taken by the hypervisor");
  CAF_CHECK_EQUAL(x.recorder_lacks, "");
  CAF_CHECK(!x.recorder_is_refused);
  report.actors[2].shortfall = "the process of each disk request: tracefs is for root";
  report.actors[2].shortfall_command = "sudo pmactor install --system";
  x = well();
  add_health(x, report);
  CAF_CHECK_EQUAL(x.recorder_lacks, "the process of each disk request: tracefs is for root");
  CAF_CHECK_EQUAL(x.recorder_command, "sudo pmactor install --system");
  CAF_CHECK(!x.recorder_is_refused);
  report.actors[2].shortfall_is_whole = true;
  x = well();
  add_health(x, report);
  CAF_CHECK_EQUAL(x.recorder_lacks, "");
  CAF_CHECK(x.recorder_is_refused);
}

CAF_TEST(each limit says what mends it) {
  auto x = well();
  x.state = health_state::stuck;
  x.headline = "pmactor is stuck";
  CAF_CHECK_EQUAL(command_of(x), "sudo systemctl restart pmactor");
  x = well();
  x.is_system_service = false;
  CAF_CHECK_EQUAL(command_of(x), "pmactor install");
  x.rights = process_rights{};
  CAF_CHECK_EQUAL(command_of(x), "sudo pmactor install --system");
  x = well();
  x.free_bytes = 1'000'000;
  CAF_CHECK_EQUAL(command_of(x), "pmactor prune --older-than 7d");
  x = well();
  x.folder_is_open = true;
  CAF_CHECK_EQUAL(command_of(x), "chmod 700 /var/lib/pmactor");
  x = well();
  x.jobs_off = {"sampler", "notices"};
  CAF_CHECK_EQUAL(command_of(x), "pmactor enable sampler notices");
  x = well();
  x.wants_desktop = true;
  x.has_notify_send = false;
  CAF_CHECK_EQUAL(command_of(x), "sudo apt-get install libnotify-bin");
}

CAF_TEST(a daemon that a signal stopped goes on by another) {
  auto x = well();
  x.state = health_state::stopped;
  x.daemon = 4711;
  x.is_halted_by_signal = true;
  CAF_CHECK_EQUAL(command_of(x), "kill -CONT 4711");
  x.is_of_other_user = true;
  CAF_CHECK_EQUAL(command_of(x), "sudo kill -CONT 4711");
  x.is_halted_by_signal = false; // a debugger holds it
  CAF_CHECK_EQUAL(command_of(x), "pmactor inspect");
}

CAF_TEST(a file of metrics that cannot be written is mended at its folder) {
  auto x = well();
  x.degraded = {{"exporter", "Cannot write /var/m x/p.prom.", "metrics.textfile"}};
  x.textfile = "/var/m x/p.prom";
  CAF_CHECK_EQUAL(sentence_of(x), "exporter: Cannot write /var/m x/p.prom."); // one full stop
  CAF_CHECK_EQUAL(command_of(x), "sudo mkdir -p '/var/m x' && sudo pmactor install --system --yes && sudo "
                                 "systemctl restart pmactor");
  x.is_system_service = false;
  x.is_user_service = true;
  x.user = "1000";
  CAF_CHECK_EQUAL(command_of(x), "sudo install -d -o 1000 '/var/m x'");
  x.degraded = {{"notifier", "no desktop"}};
  CAF_CHECK_EQUAL(sentence_of(x), "notifier: no desktop.");
  CAF_CHECK_EQUAL(command_of(x), "pmactor logs --level warning --component notifier");
}

CAF_TEST(no command is taken out of words) {
  auto x = well();
  x.textfile = "/var/m/p.prom";
  x.degraded = {{"exporter", "notifier: the receiver says `rm -r metrics.textfile`"}};
  CAF_CHECK_EQUAL(command_of(x), "pmactor logs --level warning --component exporter");
  x.degraded = {{"", "notifier: no desktop"}};
  CAF_CHECK_EQUAL(command_of(x), "pmactor logs --level warning");
  x.degraded = {{"no actor; reboot", "x"}};
  CAF_CHECK_EQUAL(command_of(x), "pmactor logs --level warning");
  x = well();
  x.recorder_lacks = "the process of each disk request: too many files; raise LimitNOFILE= of the unit, or `ulimit -n`";
  CAF_CHECK_EQUAL(command_of(x), ""); // that one shows the limit and raises none
  CAF_CHECK_EQUAL(sentence_of(x), "Not recorded is " + x.recorder_lacks + '.');
}

CAF_TEST(a command is one that this user can run here) {
  auto x = well();
  x.state = health_state::stuck;
  x.is_root = true;
  CAF_CHECK_EQUAL(command_of(x), "systemctl restart pmactor");
  x.is_root = x.has_sudo = false;
  CAF_CHECK_EQUAL(command_of(x), "su -c 'systemctl restart pmactor'");
  x.has_systemd = false; // then its unit starts nothing
  CAF_CHECK_EQUAL(command_of(x), "pmactor restart");
  x = well();
  x.has_pressure = false;
  x.has_sudo = false;
  CAF_CHECK(command_of(x).starts_with("su -c 'sed -i '\\''s/"));
}

CAF_TEST(where no systemd runs another program keeps the clock right) {
  auto x = well();
  x.clock_is_right = false;
  CAF_CHECK_EQUAL(command_of(x), "sudo timedatectl set-ntp true");
  x.has_systemd = false;
  CAF_CHECK_EQUAL(command_of(x), "sudo apt-get install chrony && sudo service chrony restart");
  x.is_container = true; // of whose clock the host takes care
  const auto all = find_limits(x);
  CAF_CHECK_EQUAL(all.back().command, "");
}

CAF_TEST(a daemon that cannot be seen is a question of rights and not of absence) {
  auto x = well();
  x.state = health_state::unknown;
  x.absence = "/var/lib/pmactor is for root (user 0) alone";
  const auto all = find_limits(x);
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  CAF_CHECK_EQUAL(all[0].sentence, x.absence);
  CAF_CHECK_EQUAL(all[0].command, "sudo pmactor doctor");
}

CAF_TEST(a kernel that shows its scheduler to none is named with the setting that opens it) {
  auto x = well();
  x.perf_is_restricted = true;
  CAF_CHECK_EQUAL(
    limits(x), ""); // kernels differ in which users they refuse: what counts is what the daemon met with
  x.recorder_is_refused = true;
  CAF_CHECK_EQUAL(limits(x), "weak recorder");
  CAF_CHECK(
    command_of(x).starts_with("echo kernel.perf_event_paranoid=2 | sudo tee "));
  CAF_CHECK(command_of(x).ends_with(" && sudo systemctl restart pmactor"));
  x.rights->watches_scheduler = false; // then that comes first
  CAF_CHECK_EQUAL(limits(x), "weak rights");
}

CAF_TEST(what mends a container is a command that a shell takes) {
  auto x = well();
  x.is_container = true;
  CAF_CHECK(command_of(x).starts_with("docker run -d --pid=host "));
  x.container_engine = "podman";
  const auto command = command_of(x);
  CAF_CHECK(command.starts_with("podman run -d --pid=host "));
  CAF_CHECK(command.ends_with(" pmactor"));
  CAF_CHECK(command.find("…") == std::string::npos);
}

CAF_TEST(problems of the settings are counted beyond the first) {
  auto x = well();
  const std::string lead = "The settings are wrong, and a daemon does not start with them: a is 0.";
  x.settings_problems = {"a is 0."};
  CAF_CHECK_EQUAL(sentence_of(x), lead);
  x.settings_problems = {"a is 0.", "b is 0."};
  CAF_CHECK_EQUAL(sentence_of(x), lead + " There is 1 more problem; `pmactor config check` lists all.");
  x.settings_problems.emplace_back("c is 0.");
  CAF_CHECK_EQUAL(sentence_of(x), lead + " There are 2 more problems; `pmactor config check` lists all.");
}

CAF_TEST(every other finding is named by itself) {
  auto x = well();
  x.settings_problems = {"log.max_files is 0."};
  x.history_trouble = "Cannot read the history.";
  x.degraded = {{"notifier", "no desktop"}};
  x.is_container = true;
  x.has_journal = false;
  x.damaged_copies = 2;
  CAF_CHECK_EQUAL(limits(x), "blind settings, blind history, weak degraded, weak container, minor copies, minor journal");
}
