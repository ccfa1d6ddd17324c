#define CAF_SUITE render_health

#include "app/views/render_health.hpp"

#include "app/views/health_json.hpp"
#include "support/example_health.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using example::now;

namespace {

constexpr text_style plain{false, true, 80};

struct fixture {
  std::unique_ptr<health_page> page = example::make_page();
  std::optional<process_facts> facts = example::facts();

  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }

  health_view view() const {
    health_view x;
    const auto daemon = read_health(*page, now).daemon;
    const bool here = find_process(daemon, facts, example::boot_id) == process_presence::here;
    x.report = read_health(*page, here ? now : last_pulse(*page));
    x.verdict = judge_health(*x.report, facts, example::boot_id);
    if (here)
      x.facts = facts;
    x.now_wall = now.wall;
    return x;
  }

  std::string text(const text_style& style = plain) const {
    return '\n' + render_health(view(), style);
  }

  void let_pulse(std::chrono::nanoseconds age) {
    page->pulse_awake_ns = std::chrono::nanoseconds{now.awake - age}.count();
    page->pulse_total_ns = std::chrono::nanoseconds{now.total - age}.count();
    page->pulse_wall_ns = std::chrono::nanoseconds{now.wall - age}.count();
  }
};

std::size_t widest_line(const std::string& text) {
  std::size_t result = 0;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    result = std::max(result, width_of(line));
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(render_health_tests, fixture)

CAF_TEST(a healthy daemon) {
  CAF_CHECK_EQUAL(text(), R"(
● pmactor is healthy
  pid 4711, up for 1 h since 08:12:07, 12.3 MB, 0.25 % of a CPU
  data in /home/ada/.local/share/pmactor

ACTOR                   STATE        UP  RESTARTS  HANDLED  MAIL    P99
supervisor              running  60 min
├─ storage-writer       running  59 min         0    3,600     0  64 µs
├─ sample-policy        running  59 min         0    3,590     0  64 µs
├─ stress-scorer        running  59 min         0    3,580     0  64 µs
├─ system-metrics       running  59 min         0    3,570     0  64 µs
├─ powermetrics-reader  running  59 min         0    3,560     0  64 µs
│    sampler child 4713, 3,598 documents
└─ notifier             running  59 min         0    3,550     0  64 µs

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(what children used counts and what processes share counts once) {
  health_view view;
  auto& daemon = view.facts.emplace();
  daemon.cpu = 7s;
  daemon.reaped_cpu = 1500ms;
  daemon.memory = 30e6;
  daemon.shared = 10e6;
  auto& child = view.children.emplace_back();
  child.cpu = 2s;
  child.memory = 15e6;
  child.shared = 9e6;
  const auto cost = cost_of(view);
  CAF_REQUIRE(cost && cost->memory);
  CAF_CHECK(cost->cpu == 10'500ms);
  CAF_CHECK_EQUAL(*cost->memory, 36e6);
  CAF_CHECK_EQUAL(cost->processes, 2u);
}

CAF_TEST(a reader without its sampler) {
  auto& reader = page->slots[4];
  reader.restarts = 2;
  reader.started_ns = std::chrono::nanoseconds{now.total - 12s}.count();
  reader.failed_ns = std::chrono::nanoseconds{now.wall - 12s}.count();
  reader.failure.write("The sampler stopped answering.");
  reader.degraded.write("The sampler `sudo -n powermetrics` ends at once with exit code 1; until it works, "
                        "processes, temperature and throttling are unknown. It is tried again in 8 s.");
  reader.note.write("no sampler child; its last words: sudo: a password is required");
  CAF_CHECK_EQUAL(text(), R"(
● pmactor runs, but is degraded
  ! powermetrics-reader: The sampler `sudo -n powermetrics` ends at once with
    exit code 1; until it works, processes, temperature and throttling are
    unknown. It is tried again in 8 s.
  pid 4711, up for 1 h since 08:12:07, 12.3 MB, 0.25 % of a CPU
  data in /home/ada/.local/share/pmactor

ACTOR                   STATE        UP  RESTARTS  HANDLED  MAIL    P99
supervisor              running  60 min
├─ storage-writer       running  59 min         0    3,600     0  64 µs
├─ sample-policy        running  59 min         0    3,590     0  64 µs
├─ stress-scorer        running  59 min         0    3,580     0  64 µs
├─ system-metrics       running  59 min         0    3,570     0  64 µs
├─ powermetrics-reader  running    12 s         2    3,560     0  64 µs
│    failed 12 s ago, at 09:11:55: The sampler stopped answering.
│    no sampler child; its last words: sudo: a password is required
└─ notifier             running  59 min         0    3,550     0  64 µs

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(a handler that hangs) {
  example::let_handle(page->slots[0], "scored_sample", 42s, 4712);
  example::let_wait(page->slots[0], 41s);
  facts->threads[1] = {4712, 'D', "jbd2_log_wait_commit"};
  CAF_CHECK_EQUAL(text(), R"(
● pmactor is stuck
  ! storage-writer: has been handling scored_sample for 42 s; its thread waits
    for a device in jbd2_log_wait_commit
  ! storage-writer: 1 message waits for it, the oldest for 41 s
  pid 4711, up for 1 h since 08:12:07, 12.3 MB, 0.25 % of a CPU
  data in /home/ada/.local/share/pmactor

ACTOR                   STATE        UP  RESTARTS  HANDLED  MAIL    P99
supervisor              running  60 min
├─ storage-writer       running  59 min         0    3,600     1  64 µs
│    handling scored_sample for 42 s
│    oldest message waits for 41 s
├─ sample-policy        running  59 min         0    3,590     0  64 µs
├─ stress-scorer        running  59 min         0    3,580     0  64 µs
├─ system-metrics       running  59 min         0    3,570     0  64 µs
├─ powermetrics-reader  running  59 min         0    3,560     0  64 µs
│    sampler child 4713, 3,598 documents
└─ notifier             running  59 min         0    3,550     0  64 µs

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(a daemon stopped by a signal) {
  let_pulse(12s);
  facts->state = 'T';
  CAF_CHECK_EQUAL(text(), R"(
● pmactor is stopped (pid 4711): a signal (SIGSTOP, or Ctrl-Z) halted it
  - kill -CONT 4711 lets it go on
  Last sign of life 12 s ago, at 09:11:55
  pid 4711, up for 1 h since 08:12:07, 12.3 MB, 0.25 % of a CPU
  data in /home/ada/.local/share/pmactor

ACTOR                   WAS          UP  RESTARTS  HANDLED  MAIL    P99
supervisor              running  60 min
├─ storage-writer       running  59 min         0    3,600     0  64 µs
├─ sample-policy        running  59 min         0    3,590     0  64 µs
├─ stress-scorer        running  59 min         0    3,580     0  64 µs
├─ system-metrics       running  59 min         0    3,570     0  64 µs
├─ powermetrics-reader  running  59 min         0    3,560     0  64 µs
│    sampler child 4713, 3,598 documents
└─ notifier             running  59 min         0    3,550     0  64 µs

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(a daemon that was killed) {
  let_pulse(192s);
  example::let_handle(page->slots[0], "scored_sample", 192s);
  facts.reset();
  CAF_CHECK_EQUAL(text(), R"(
× pmactor was killed: its process is gone without a goodbye
  - storage-writer: was handling scored_sample
  Last sign of life 3 min 12 s ago, at 09:08:55
  pid 4711, ran for 56 min 48 s since 08:12:07
  data in /home/ada/.local/share/pmactor

ACTOR                   WAS          UP  RESTARTS  HANDLED  MAIL    P99
supervisor              running  56 min
├─ storage-writer       running  56 min         0    3,600     0  64 µs
├─ sample-policy        running  56 min         0    3,590     0  64 µs
├─ stress-scorer        running  56 min         0    3,580     0  64 µs
├─ system-metrics       running  56 min         0    3,570     0  64 µs
├─ powermetrics-reader  running  56 min         0    3,560     0  64 µs
│    sampler child 4713, 3,598 documents
└─ notifier             running  56 min         0    3,550     0  64 µs

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(a daemon that has ended) {
  page->phase = daemon_phase::stopped;
  page->last_words.write("ended in good order");
  facts.reset();
  CAF_CHECK_EQUAL(text(), R"(
○ pmactor is not running: ended in good order
  Last sign of life 400 ms ago, at 09:12:06
  pid 4711, ran for 59 min 59 s since 08:12:07
  data in /home/ada/.local/share/pmactor

3,599 lived seconds: 720 stored, 2,879 discarded by policy, 0 missed
)");
}

CAF_TEST(seconds that were lost are not on the way) {
  page->samples_stored = 715;
  page->samples_lost = 3;
  CAF_CHECK(text().find("\n3,599 lived seconds: 715 stored, 2,879 discarded by policy, 2 on the way, 3"
                        "\n  lost, 0 missed\n")
            != std::string::npos);
}

CAF_TEST(no daemon at all) {
  health_view x;
  x.verdict.headline = "pmactor is not running";
  CAF_CHECK_EQUAL(render_health(x, plain), "○ pmactor is not running\n");
}

CAF_TEST(a terminal without Unicode gets plain letters) {
  const auto result = text({false, false, 80});
  CAF_CHECK(std::all_of(result.begin(), result.end(), [](char x) { return x > 0; }));
  CAF_CHECK(result.find("\n* pmactor is healthy\n") != std::string::npos);
  CAF_CHECK(result.find("\n|- storage-writer ") != std::string::npos);
}

CAF_TEST(only a terminal with colours gets them) {
  CAF_CHECK(text().find('\x1b') == std::string::npos);
  CAF_CHECK(text({true, true, 80}).find("\x1b[32m●\x1b[0m \x1b[1mpmactor is healthy\x1b[0m\n")
            != std::string::npos);
}

CAF_TEST(a full page of actors with large numbers stays within the width) {
  for (std::size_t i = 0; i < health_page::max_slots; ++i) {
    auto& slot = page->slots[i];
    example::fill_slot(slot, "forensics-supervisor-" + std::to_string(i), 123'456'789);
    slot.restarts = 12'345;
    slot.phase = actor_phase::restarting;
    for (int j = 0; j < 2000; ++j)
      example::let_wait(slot, 10s);
    slot.note.write(std::string(256, 'x'));
  }
  page->slots_used = health_page::max_slots;
  const auto result = text();
  CAF_CHECK_EQUAL(widest_line(result), 80u);
  CAF_CHECK(result.find("forensics-supervisor-23: is down") != std::string::npos);
  std::size_t rows = 0;
  for (auto at = result.find("─ forensics"); at != std::string::npos;
       at = result.find("─ forensics", at + 1))
    ++rows;
  CAF_CHECK_EQUAL(rows, health_page::max_slots);
}

CAF_TEST(what a hostile page says stays text) {
  const std::string hostile = "\x1b[2J\x1b]0;x\x07\r\n\x7f\xc2\x9b" "31m\xff\xe2\x80\xae";
  page->data_folder.write(hostile);
  page->last_words.write(hostile);
  auto& slot = page->slots[0];
  slot.name.write(hostile);
  slot.handler.write(hostile);
  slot.failure.write(hostile);
  slot.degraded.write(hostile);
  slot.note.write(hostile);
  example::let_handle(slot, hostile, 42s);
  for (const auto phase : {daemon_phase::running, daemon_phase::failed, daemon_phase::stopped}) {
    page->phase = phase;
    for (const auto& result : {text(), dumped(health_json(view()), true)}) {
      CAF_CHECK(result.find_first_of("\x1b\x07\r\x7f") == std::string::npos);
      CAF_CHECK(result.find("\xc2\x9b") == std::string::npos);
      CAF_CHECK(result.find("\xe2\x80\xae") == std::string::npos);
    }
    CAF_CHECK(widest_line(text()) <= 80);
  }
}

CAF_TEST(random bytes in the page never reach the terminal raw) {
  std::minstd_rand random{7};
  bool clean = true;
  for (int round = 0; round < 100; ++round) {
    auto* bytes = reinterpret_cast<unsigned char*>(page.get());
    for (std::size_t i = 0; i < sizeof(health_page); ++i)
      bytes[i] = static_cast<unsigned char>(random());
    const bool here = round % 2 == 0;
    page->pid = example::pid;
    facts->start = page->process_start.load() + (here ? 0 : 1);
    page->phase = static_cast<daemon_phase>(round % 6);
    health_view x;
    x.report = read_health(*page, here ? now : last_pulse(*page));
    x.verdict = judge_health(*x.report, facts, "");
    x.facts = facts;
    x.now_wall = now.wall;
    for (const auto& result : {render_health(x, plain), dumped(health_json(x), false)})
      for (const char byte : result)
        clean &= byte == '\n' || (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f);
    clean &= nlohmann::json::accept(dumped(health_json(x), true));
  }
  CAF_CHECK(clean);
}

CAF_TEST(where the time of the slowest handler went is said) {
  const auto has = [this](const char* part) {
    return text({false, true, 200}).find(part) != std::string::npos;
  };
  auto& slow = page->slots[0].slow;
  slow.count = 2;
  slow.took_ns = std::chrono::nanoseconds{2300ms}.count();
  slow.ran_ns = std::chrono::nanoseconds{20ms}.count();
  slow.ready_ns = std::chrono::nanoseconds{110ms}.count();
  slow.handler.write("history_row");
  CAF_CHECK(has(
    "2 slow handlers, the longest history_row 2.30 s: ran 20 ms, ready 110 ms, blocked 2.17 s"));
  const auto x = health_json(view())["actors"];
  CAF_CHECK_EQUAL(x[0]["slow_handlers"]["count"], 2);
  CAF_CHECK_EQUAL(x[0]["slow_handlers"]["blocked"], 2.17);
  CAF_CHECK(x[1]["slow_handlers"].is_null());
  slow.ready_ns = -1; // not counted here
  CAF_CHECK(has("the longest history_row 2.30 s"));
  CAF_CHECK(!has("blocked"));
  slow.ready_ns = std::chrono::nanoseconds{5s}.count(); // cannot be
  CAF_CHECK(!has("blocked"));
}

CAF_TEST(the document has its promised keys) {
  example::let_handle(page->slots[0], "scored_sample", 42s);
  const auto x = health_json(view());
  CAF_CHECK_EQUAL(x["verdict"], "stuck");
  CAF_CHECK_EQUAL(x["exit_code"], 2);
  CAF_CHECK_EQUAL(x["daemon"]["pid"], 4711);
  CAF_CHECK_EQUAL(x["daemon"]["phase"], "running");
  CAF_CHECK_EQUAL(x["daemon"]["uptime"], 3600.0);
  CAF_CHECK_EQUAL(x["coverage"]["stored"], 720);
  CAF_CHECK_EQUAL(x["actors"][0]["name"], "storage-writer");
  CAF_CHECK_EQUAL(x["actors"][0]["handler"], "scored_sample");
  CAF_CHECK_EQUAL(x["actors"][0]["handler_age"], 42.0);
  CAF_CHECK(x["actors"][1]["handler"].is_null());
  CAF_CHECK(x["actors"][1]["failed_iso"].is_null());
  CAF_CHECK_EQUAL(x["findings"][0]["actor"], "storage-writer");
  std::string keys;
  for (const auto& [name, value] : x["actors"][0].items())
    keys += name + ' ';
  CAF_CHECK_EQUAL(keys,
                  "name phase optional generation uptime restarts last_failure failed failed_iso "
                  "handled mailbox oldest_message_age last_message_age handler handler_age "
                  "p50 p99 slow_handlers set_aside dropped degraded note ");
}

CAF_TEST_FIXTURE_SCOPE_END()
