#include "app/settings/setting_makers.hpp"

#include <iterator>

namespace pmactor {
namespace {

std::vector<setting> make_settings() {
  return {
    seconds(
      "sampling.normal_interval", 1, 3600, [](auto& x) -> auto& { return x.sampling.normal_every; },
      "How often a sample is stored while all is well. Samples are taken every second anyway, and "
      "those before a pause are kept."),
    seconds(
      "sampling.elevated_interval", 1, 3600,
      [](auto& x) -> auto& { return x.sampling.elevated_every; },
      "How often a sample is stored while the machine is under stress."),
    number(
      "sampling.elevation_threshold", 1, 100, "points", 1,
      [](auto& x) -> auto& { return x.sampling.elevate_at; },
      "The stress at which the machine is watched more closely. Late beats do not count here."),
    number(
      "sampling.calm_threshold", 0, 100, "points", 1,
      [](auto& x) -> auto& { return x.sampling.calm_below; },
      "A sample with less stress than this is calm."),
    count(
      "sampling.cooldown_samples", 1, 3600,
      [](auto& x) -> auto& { return x.sampling.calm_samples; },
      "So many calm samples in a row, and all is well again."),
    number(
      "sampling.critical_threshold", 1, 100, "points", 1,
      [](auto& x) -> auto& { return x.sampling.critical_at; },
      "The stress at which a critical episode begins."),
    number(
      "sampling.relief_threshold", 0, 100, "points", 1,
      [](auto& x) -> auto& { return x.sampling.relieved_below; },
      "A sample with less stress than this is a relief."),
    count(
      "sampling.relief_samples", 1, 3600,
      [](auto& x) -> auto& { return x.sampling.relieved_samples; },
      "So many samples of relief in a row end a critical episode."),
    seconds(
      "sampling.critical_duration", 0, 86400,
      [](auto& x) -> auto& { return x.sampling.alert_after; },
      "How long an episode must last to be worth an alert. Time that the machine did not live does "
      "not count."),
    yes_no(
      "sampling.elevated_mode", [](auto& x) -> auto& { return x.sampling.elevation; },
      "Whether the machine is watched more closely under stress. Without it samples are stored at "
      "the "
      "normal interval always."),
    yes_no(
      "sampling.learning", [](auto& x) -> auto& { return x.sampling.learning; },
      "Whether to score and store only, in order to learn what is usual on this machine: it is "
      "then "
      "never watched more closely, and no notification is sent."),

    seconds(
      "pauses.least_lateness", 0.1, 3600,
      [](auto& x) -> auto& { return x.pauses.find.least_lateness; },
      "A beat that is later than this is a pause. Beats are due every 0.1 s, so at 0.2 every pause "
      "of "
      "0.3 s is found."),
    seconds(
      "pauses.sleep_margin", 0, 60, [](auto& x) -> auto& { return x.pauses.find.sleep_margin; },
      "A machine that goes to sleep stops its programs a little before and lets them go on a "
      "little "
      "after: this much is part of the sleep, and no pause."),
    seconds(
      "pauses.least_clock_step", 0.1, 86400, [](auto& x) -> auto& { return x.pauses.find.least_clock_event; },
      "A wall clock that is set forward or back by this much is an event."),
    seconds(
      "pauses.lead_up", 10, 600, [](auto& x) -> auto& { return x.flight_recorder.record.lead_up; },
      "How much of the time before an event is kept with it, second by second."),

    yes_no(
      "stalls.enabled", [](auto& x) -> auto& { return x.stalls.enabled; },
      "Whether a child process of ordinary priority is run that feels what ordinary programs feel. Without "
      "it only pauses of the daemon itself are found."),
    seconds(
      "stalls.least", 0.5, 3600, [](auto& x) -> auto& { return x.stalls.least; },
      "A disk, a file system, memory, the CPUs or a desktop that do not answer for this long are a stall."),

    yes_no(
      "recorder.enabled", [](auto& x) -> auto& { return x.switch_recorder.enabled; },
      "Whether the kernel is asked to record which task is on each CPU, so that it is known which one held up others, "
      "and when the beat's own thread left its CPU, so that it is known when a pause began. The first needs CAP_PERFMON, "
      "which a service has; `pmactor inspect` says what is recorded."),
    yes_no(
      "recorder.disks", [](auto& x) -> auto& { return x.switch_recorder.disks; },
      "Whether the requests to disks are recorded as well, so that it is known whose were ahead. It needs root, and "
      "takes a few microseconds of CPU time a request."),
    number(
      "recorder.memory", 0.1, 1024, "megabytes", 1e6, [](auto& x) -> auto& { return x.switch_recorder.memory; },
      "How much of the kernel's memory that record takes at most, of all CPUs together. What is older than fits is "
      "overwritten."),

    yes_no(
      "black_box.enabled", [](auto& x) -> auto& { return x.box.enabled; },
      "Whether the last minutes are kept on the disk, so that the next start can say how the machine ended."),
    seconds(
      "black_box.period", 1, 60, [](auto& x) -> auto& { return x.box.period; },
      "How often a record is written. Under stress and while a stall lasts it is each second, and once a minute "
      "while nothing changes."),

    yes_no(
      "incidents.enabled", [](auto& x) -> auto& { return x.incidents.enabled; },
      "Whether the kernel's log is read for what it reports of disks, GPUs, memory, lockups and the like (Linux)."),
    seconds(
      "incidents.join", 1, 3600, [](auto& x) -> auto& { return x.incidents.join; },
      "What the kernel logs about the same device sooner than this after the last line belongs to the same "
      "incident."),
    count(
      "incidents.most_per_hour", 1, 1000, [](auto& x) -> auto& { return x.incidents.most_per_hour; },
      "The most incidents that are kept within an hour; what is beyond that is counted."),

    yes_no(
      "groups.enabled", [](auto& x) -> auto& { return x.groups.enabled; },
      "Whether the control groups of others are looked after: which of them their own CPU quota, freezer or limit of "
      "memory holds up (Linux)."),
    count(
      "groups.most", 10, 100000, [](auto& x) -> auto& { return x.groups.most; },
      "The most control groups that are looked after."),
    seconds(
      "groups.least", 1, 3600, [](auto& x) -> auto& { return x.groups.least; },
      "A group that its quota or its freezer holds up for this long is a stall."),

    yes_no(
      "slowed.enabled", [](auto& x) -> auto& { return x.slowed.enabled; },
      "Whether it is an event if busy CPUs run far below what they are capable of, or a hypervisor takes a good part "
      "of them (Linux)."),
    number(
      "slowed.slow_below", 5, 95, "percent", 0.01, [](auto& x) -> auto& { return x.slowed.slow_below; },
      "Busy CPUs at less than this share of their highest frequency are slow."),
    seconds(
      "slowed.least", 1, 3600, [](auto& x) -> auto& { return x.slowed.least; },
      "For how long they must be. Time that the machine did not live does not count."),

    number(
      "stress.scarce_memory", 1, 100, "percent", 1,
      [](auto& x) -> auto& { return x.scorer.stress.memory_scarce; },
      "Memory is scarce with less than this available."),
    number(
      "stress.late_beat", 1.1, 100, "", 1,
      [](auto& x) -> auto& { return x.scorer.stress.latency_late; },
      "A beat is late if it comes after this many times its due interval."),
    number(
      "stress.heavy_io", 1, 100000, "megabytes per second", 1e6,
      [](auto& x) -> auto& { return x.scorer.stress.io_heavy; },
      "Disk traffic above this is heavy, however usual it is. Like a spike, it is stress only if disks "
      "are waited for, where that is counted."),
    number(
      "stress.io_spike", 2, 1000, "", 1,
      [](auto& x) -> auto& { return x.scorer.stress.baseline.spike_ratio; },
      "Disk traffic above this many times the usual is a spike."),
    number(
      "stress.io_spike_floor", 0, 100000, "megabytes per second", 1e6,
      [](auto& x) -> auto& { return x.scorer.stress.baseline.spike_floor; },
      "What is below this is no spike, however unusual."),

    list(
      "suspects.patterns", 256, [](auto& x) -> auto& { return x.scorer.suspects.patterns; },
      "Names of programs that are known to make machines stutter: they are kept with each stored "
      "sample, however little they do. `*` stands for any text, `?` for any one letter; capitals "
      "do "
      "not matter."),
    count(
      "suspects.top_cpu", 0, 100, [](auto& x) -> auto& { return x.scorer.join.top_cpu; },
      "How many processes are kept with each stored sample for their CPU time."),
    count(
      "suspects.top_io", 0, 100, [](auto& x) -> auto& { return x.scorer.join.top_io; },
      "How many more are kept for their disk traffic."),

    yes_no(
      "powermetrics.enabled", [](auto& x) -> auto& { return x.powermetrics.enabled; },
      "Whether that program is run. Without it nothing is known of single processes, temperature "
      "and "
      "GPU, nor whether a pause was the machine's or pmactor's alone."),
    list(
      "powermetrics.command", 64, [](auto& x) -> auto& { return x.powermetrics.command; },
      "The program that samples the processes, and its arguments: anything that writes the stream "
      "of "
      "`powermetrics -f plist`. An empty list stands for the built-in one: `pmactor sample` on "
      "Linux, "
      "`sudo -n powermetrics` on macOS, and where that is refused `pmactor sample` as well."),
    seconds(
      "powermetrics.interval", 0.1, 60, [](auto& x) -> auto& { return x.powermetrics.interval; },
      "How often that program writes a sample. The built-in one follows it; a command of your own "
      "must be "
      "made to by its arguments."),
    yes_no(
      "powermetrics.coalitions", [](auto& x) -> auto& { return x.powermetrics.coalitions; },
      "Whether macOS bills each process to the app that it works for, which makes powermetrics "
      "itself "
      "dearer. On Linux the control group is always recorded."),

    number(
      "storage.keep_samples", 0, 36500, "days", 86400,
      [](auto& x) -> auto& { return x.storage.keep_samples; },
      "Samples that are older are removed, at the start and once a day; 0 keeps them all."),
    number(
      "storage.keep_events", 0, 36500, "days", 86400,
      [](auto& x) -> auto& { return x.storage.keep_events; },
      "Events that are older are removed, but for pinned ones; 0 keeps them all."),

    yes_no(
      "notifications.enabled", [](auto& x) -> auto& { return x.notifications.when.enabled; },
      "Whether you are notified at all. While `sampling.learning` is set you are not."),
    yes_no(
      "notifications.sound", [](auto& x) -> auto& { return x.notifications.how.sound; },
      "Whether a message on the desktop may make a sound."),
    yes_no(
      "notifications.desktop", [](auto& x) -> auto& { return x.notifications.how.desktop; },
      "Whether messages are shown on the desktop: by notify-send on Linux, to everybody who is "
      "logged "
      "in if the daemon is root's; by osascript on macOS."),
    yes_no(
      "notifications.log", [](auto& x) -> auto& { return x.notifications.how.log; },
      "Whether messages are written to the daemon's own log."),
    list(
      "notifications.command", 64, [](auto& x) -> auto& { return x.notifications.how.command; },
      "A program of yours that is started for each message, and its arguments; no shell is "
      "involved. "
      "It has the facts as JSON on its standard input and in variables like PMACTOR_KIND, "
      "PMACTOR_MESSAGE, PMACTOR_DURATION, PMACTOR_CAUSE and PMACTOR_SUSPECT, and runs as the user "
      "of "
      "the daemon. Try it with `pmactor notify --test`. A service keeps the network from what it "
      "starts "
      "unless this was set when `pmactor install` was run; run that again after setting it."),
    seconds(
      "notifications.command_timeout", 0.1, 300,
      [](auto& x) -> auto& { return x.notifications.how.command_timeout; },
      "How long that program may take; then it is ended, with all that it started."),
    yes_no(
      "notifications.pause_detected",
      [](auto& x) -> auto& { return x.notifications.when.pause_detected; },
      "Whether you are notified of a freeze. However many pauses it came in, it is one message."),
    seconds(
      "notifications.pause_min_duration", 0, 3600,
      [](auto& x) -> auto& { return x.notifications.when.pause_min_duration; },
      "A shorter pause is stored, but you are not notified of it."),
    yes_no(
      "notifications.stall_lasts", [](auto& x) -> auto& { return x.notifications.when.stall_lasts; },
      "Whether you are notified of a stall that lasts, and of its end."),
    seconds(
      "notifications.stall_min_duration", 1, 3600,
      [](auto& x) -> auto& { return x.notifications.when.stall_min_duration; },
      "A stall that has lasted for this long is worth a message."),
    yes_no(
      "notifications.critical_stress",
      [](auto& x) -> auto& { return x.notifications.when.critical_stress; },
      "Whether you are notified of critical stress that lasts for `sampling.critical_duration`, and of "
      "its "
      "end."),
    yes_no(
      "notifications.grave_incident", [](auto& x) -> auto& { return x.notifications.when.grave_incident; },
      "Whether you are notified of what the kernel reports if it is grave: a process that was killed for lack of "
      "memory, a disk or a file system that was given up, a CPU or a GPU that hung."),
    yes_no(
      "notifications.elevated_entered",
      [](auto& x) -> auto& { return x.notifications.when.elevated_entered; },
      "Whether you are notified each time the machine comes under stress."),
    yes_no(
      "notifications.forensics_completed",
      [](auto& x) -> auto& { return x.notifications.when.forensics_completed; },
      "Whether you are notified of captured evidence. It is a second message for a freeze that "
      "you "
      "were notified of."),
    yes_no(
      "notifications.monitor_degraded",
      [](auto& x) -> auto& { return x.notifications.when.monitor_degraded; },
      "Whether you are notified when something of pmactor does not work, and when it works again."),
    seconds(
      "notifications.degraded_after", 0, 86400,
      [](auto& x) -> auto& { return x.notifications.when.degraded_after; },
      "How long it must not have worked, or have worked again, for you to be notified."),
    yes_no(
      "notifications.outage_found", [](auto& x) -> auto& { return x.notifications.when.outage_found; },
      "Whether you are notified at the start that the machine, or pmactor, had ended without an order."),
    seconds(
      "notifications.settle", 0, 300, [](auto& x) -> auto& { return x.notifications.when.settle; },
      "You are notified of a freeze when it has been over for so long: further pauses until then "
      "belong to "
      "it."),
    seconds(
      "notifications.cooldown", 0, 86400,
      [](auto& x) -> auto& { return x.notifications.when.cooldown; },
      "The least time between two messages of one kind. Freezes are gathered meanwhile and reported "
      "in "
      "one; of others the next message says how many were held back."),
    count(
      "notifications.most_per_hour", 1, 3600,
      [](auto& x) -> auto& { return x.notifications.when.most_per_hour; },
      "The most messages within an hour, of all kinds; what says that something is over comes on "
      "top."),

    yes_no(
      "forensics.enabled", [](auto& x) -> auto& { return x.forensics.capture.enabled; },
      "Whether evidence is captured when something has happened: who waits where in the kernel, "
      "all "
      "processes, pressure, counters, logs. It is kept in a folder of the event, in `events` in "
      "the data "
      "folder."),
    seconds(
      "forensics.least_pause", 0.3, 3600,
      [](auto& x) -> auto& { return x.forensics.capture.least_pause; },
      "Pauses that are shorter than this are not captured."),
    count(
      "forensics.per_hour", 1, 1000, [](auto& x) -> auto& { return x.forensics.capture.per_hour; },
      "How many captures may begin within an hour, and half of them at most of critical stress. Time "
      "that the machine did not live does not count."),
    seconds(
      "forensics.cooldown", 0, 86400, [](auto& x) -> auto& { return x.forensics.capture.cooldown; },
      "What follows the end of a capture sooner than this belongs to the same episode, and is not "
      "captured again, unless it is a pause or a stall and that capture was of critical stress."),
    number(
      "forensics.quota", 0, 1000000, "megabytes", 1e6,
      [](auto& x) -> auto& { return x.forensics.quota; },
      "How much the folders of all events may take; the oldest that are not pinned are removed "
      "first. 0 "
      "keeps them all."),
    number(
      "forensics.least_disk", 0, 1000000, "megabytes", 1e6,
      [](auto& x) -> auto& { return x.forensics.capture.least_disk; },
      "Nothing is captured with less space than this left on the disk."),
    number(
      "forensics.least_memory", 0, 1000000, "megabytes", 1e6,
      [](auto& x) -> auto& { return x.forensics.capture.least_memory; },
      "With less memory than this available only stalls and pauses for want of memory are captured, without tools."),
    list(
      "forensics.skip", 32, [](auto& x) -> auto& { return x.forensics.artifacts.skip; },
      "What is not captured, by name. On Linux there are stacks, pressure, counters, processes, "
      "kernel_log, mounts, remote_mounts, command_lines and journal; on macOS tailspin, processes, "
      "thermal, assertions, spindump, log and power_log."),
    list(
      "forensics.timeouts", 32, [](auto& x) -> auto& { return x.forensics.artifacts.timeouts; },
      "How many seconds each may take, where its own limit does not suit, e.g. \"journal=20\". Its "
      "tool "
      "is ended then."),
    count(
      "forensics.at_once", 1, 8, [](auto& x) -> auto& { return x.forensics.artifacts.at_once; },
      "How many are captured side by side."),

    count(
      "supervision.intensity", 1, 1000, [](auto& x) -> auto& { return x.supervision.intensity; },
      "An actor that is restarted more often than this within the period has failed for good."),
    seconds(
      "supervision.period", 1, 3600, [](auto& x) -> auto& { return x.supervision.period; },
      "The period in which restarts are counted. Time that the machine did not live does not "
      "count."),
    seconds(
      "supervision.backoff_first", 0.001, 60,
      [](auto& x) -> auto& { return x.supervision.backoff_first; },
      "The wait before an actor's second restart within the period; the first is at once."),
    seconds(
      "supervision.backoff_max", 0.001, 600,
      [](auto& x) -> auto& { return x.supervision.backoff_max; },
      "The wait doubles with each further restart, up to this."),

    word(
      "log.level", {"debug", "info", "warning", "error"},
      [](auto& x) -> auto& { return x.log.level; },
      "What is less important than this is not logged."),
    number(
      "log.max_size", 0.01, 1000, "megabytes", 1e6, [](auto& x) -> auto& { return x.log.max_size; },
      "A log file of this size is put aside as pmactor.1.log, and a new one is begun."),
    count(
      "log.max_files", 1, 100, [](auto& x) -> auto& { return x.log.max_files; },
      "How many log files that were put aside are kept."),
  };
}

} // namespace

const std::vector<setting_section>& setting_sections() {
  static const std::vector<setting_section> sections{
    {"sampling", "How often samples are stored, and when the machine counts as being in trouble."},
    {"pauses", "What is a pause, and what is kept of it."},
    {"stalls", "What is a stall: a half-freeze, that programs feel and the daemon does not."},
    {"recorder", "The record of which task is on each CPU, by which it is known which one held up others."},
    {"black_box", "What is kept for the case that this machine ends without warning."},
    {"incidents", "What is kept of the incidents that the kernel's log reports."},
    {"groups", "Which control groups of others are looked after, and how closely."},
    {"slowed", "When the machine is slow rather than frozen."},
    {"stress", "What counts as stress. Its points are added up to 100 at most."},
    {"suspects", "Which processes are kept with a sample."},
    {"powermetrics", "The child process that samples the processes of this machine."},
    {"storage", "How long the history is kept."},
    {"notifications", "What you are notified of, and how."},
    {"forensics", "What evidence is captured of an event, and how much of it is kept."},
    {"supervision", "How often an actor may fail, and what then."},
    {"log", "The daemon's own log, pmactor.log."},
    {"notifications.webhook", "Messages for a chat or an on-call tool."},
    {"host", "What is known of this machine by those who watch many."},
    {"metrics", "Metrics for Prometheus. `pmactor metrics` writes them at any time."},
    {"export", "Where events go beside the history."},
    {"export.otlp", "Events for OpenTelemetry."},
  };
  return sections;
}

const std::vector<setting>& all_settings() {
  static const auto all = [] {
    auto result = make_settings();
    auto more = export_settings();
    std::move(more.begin(), more.end(), std::back_inserter(result));
    return result;
  }();
  return all;
}

} // namespace pmactor
