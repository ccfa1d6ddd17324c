#define CAF_SUITE group_incidents

#include "actors/kernel_log/group_incidents.hpp"
#include "actors/kernel_log/log_clock.hpp"
#include "actors/kernel_log/program_log.hpp"

#include <variant>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds slept = 1h, boot = 1'700'000'000s;

clock_sample at(nanoseconds awake) {
  return {awake, awake + slept, awake + slept + boot};
}

struct fixture {
  kernel_log_policy policy;
  incident_groups groups;

  void log(nanoseconds awake, const char* text) {
    const auto is = match_incident(text, log_source::kernel);
    CAF_REQUIRE(is);
    groups.add({*is, at(awake), text, "kernel"}, policy);
  }
  std::vector<incident_report> look(nanoseconds awake) {
    return groups.look(at(awake), policy);
  }
};

bool says(const std::optional<std::string>& json, const char* part) {
  return json && json->find(part) != std::string::npos;
}

const char* const killed =
  "Out of memory: Killed process 4242 (firefox) total-vm:11423876kB, anon-rss:7340032kB";

} // namespace

CAF_TEST_FIXTURE_SCOPE(group_incidents_tests, fixture)

CAF_TEST(the lines of one trouble are one incident that is reported once it has settled) {
  log(100s,
      "amdgpu 0000:03:00.0: amdgpu: ring gfx_0.0.0 timeout, signaled seq=1153, emitted seq=1155");
  log(100s + 10us,
      "amdgpu 0000:03:00.0: amdgpu:  Process game.exe pid 4771 thread dxvk-submit pid 4785");
  log(102s, "amdgpu 0000:03:00.0: amdgpu: GPU reset begin!. Source:  1");
  CAF_CHECK(look(102900ms).empty());
  const auto found = look(103s);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].is_new);
  const auto& event = std::get<pause_event>(found[0].news);
  CAF_CHECK(event.kind == event_kind::incident);
  CAF_CHECK(kind_of(event.id) == event_kind::incident);
  CAF_CHECK(event.started == at(100s).wall);
  CAF_CHECK(event.duration == 2s);
  CAF_CHECK(says(
    event.facts,
    "\"title\":\"the GPU did not finish its work in time (ring gfx_0.0.0), for game.exe (4771)\""));
  CAF_CHECK(says(event.facts, "\"about\":\"graphics\""));
  CAF_CHECK(says(event.facts, "\"device\":\"0000:03:00.0\""));
  CAF_CHECK(says(event.facts, "\"pid\":4771,\"count\":2"));
  CAF_CHECK(says(event.facts, "\"line\":\"amdgpu 0000:03:00.0: amdgpu: ring gfx_0.0.0 timeout"));
  CAF_CHECK(look(104s).empty());
  const auto words = found[0].as_remark();
  CAF_CHECK(words.began == at(100s));
  CAF_CHECK_EQUAL(words.topic, topic_of_incident(event.id));
}

CAF_TEST(repeats are counted in the incident and not reported one by one) {
  log(100s, "usb 2-1.4: reset SuperSpeed USB device number 5 using xhci_hcd");
  CAF_CHECK(look(110s).empty()); // one alone is of an ordinary day
  log(120s, "usb 2-1.4: reset SuperSpeed USB device number 5 using xhci_hcd");
  log(130s, "usb 2-1.4: reset SuperSpeed USB device number 5 using xhci_hcd");
  auto found = look(131s);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(says(std::get<pause_event>(found[0].news).facts, "\"count\":3"));
  const auto id = std::get<pause_event>(found[0].news).id;
  for (auto t = 132s; t <= 141s; t += 1s)
    log(t, "usb 2-1.4: reset SuperSpeed USB device number 5 using xhci_hcd");
  found = look(141s);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  const auto& more = std::get<event_amendment>(found[0].news);
  CAF_CHECK(more.id == id);
  CAF_CHECK(says(more.facts, "\"count\":13"));
  CAF_CHECK(more.over->duration == 41s);
  CAF_CHECK(look(142s).empty());
}

CAF_TEST(what comes long after or of another device is another incident) {
  log(100s, killed);
  log(100s, "nvme nvme0: I/O 640 QID 7 timeout, aborting");
  log(101s, "nvme nvme1: I/O 11 QID 2 timeout, aborting");
  CAF_CHECK_EQUAL(look(104s).size(), 3u);
  CAF_CHECK(look(200s).empty());
  log(201s, killed);
  CAF_CHECK_EQUAL(look(204s).size(), 1u);
}

CAF_TEST(two incidents that begin at once have two names) {
  log(100s, "nvme nvme0: I/O 640 QID 7 timeout, aborting");
  log(100s, "nvme nvme1: I/O 640 QID 7 timeout, aborting");
  const auto found = look(104s);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(std::get<pause_event>(found[0].news).id != std::get<pause_event>(found[1].news).id);
}

CAF_TEST(a process that a line adds is of the incident before it and none by itself) {
  log(100s, "CPU: 6 UID: 1000 PID: 2931 Comm: Web Content Tainted: G           OE      6.12.9 #1");
  CAF_CHECK(look(110s).empty());
}

CAF_TEST(a flood of incidents is bounded and counted) {
  policy.most_per_hour = 10;
  std::size_t reported = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto line = "nvme nvme" + std::to_string(i) + ": I/O 640 QID 7 timeout, aborting";
    log(100s + i * 1ms, line.c_str());
    if (i % 10 == 9)
      reported += look(104s + i * 1ms).size();
  }
  CAF_CHECK_EQUAL(reported, 10u);
  CAF_CHECK_GREATER(groups.suppressed(), 5000u);
  // In the next hour there is room again.
  log(2h, killed);
  CAF_CHECK_EQUAL(look(2h + 4s).size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the clock of the log is set by when lines are read) {
  log_clock clock;
  // It goes as the awake clock does, and lines are read within a second.
  CAF_CHECK(clock.place(100s, 100800ms) == 100s);
  // In a machine that was restored it is off by an hour.
  log_clock restored;
  CAF_CHECK(restored.place(3700s, 100500ms) == 100500ms);
  CAF_CHECK(restored.place(3701s, 101100ms) == 101100ms);
  // A line that was read late, after a pause, is placed by those before it.
  CAF_CHECK(restored.place(3702s, 112s) == 102100ms);
  // It drifts: after hours only what was read since counts.
  CAF_CHECK(restored.place(3600s + 9h, 9h + 3s) == 9h + 3s);
}

CAF_TEST(a line of the journal is a line with its time) {
  const auto line = parse_journal_line(
    "1700000000.123456 host systemd-oomd[612]: Killed /a.scope due to memory pressure");
  CAF_REQUIRE(line);
  CAF_CHECK(line->wall == 1'700'000'000s + 123'456us);
  CAF_CHECK_EQUAL(line->text, "systemd-oomd[612]: Killed /a.scope due to memory pressure");
  for (const char* broken : {"", "-- No entries --", "1700000000 host a: b", "1700000000.5",
                             "99999999999999999999.1 h x", "1.2 host"})
    CAF_CHECK(!parse_journal_line(broken));
}
