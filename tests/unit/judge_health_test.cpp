#define CAF_SUITE judge_health

#include "actors/supervision/judge_health.hpp"
#include "app/command_line/exit_codes.hpp"

#include "support/example_health.hpp"

#include "support/test.hpp"

#include <limits>

using namespace pmactor;
using namespace std::chrono_literals;
using example::now;

namespace {

struct fixture {
  std::unique_ptr<health_page> page = example::make_page();
  std::optional<process_facts> facts = example::facts();
  std::string boot_id = example::boot_id;

  health_verdict verdict() const {
    const bool here = find_process(read_health(*page, now).daemon, facts, boot_id)
                      == process_presence::here;
    return judge_health(read_health(*page, here ? now : last_pulse(*page)), facts, boot_id);
  }

  /// @returns all findings in one text: "! actor: sentence" or "- …" a line.
  std::string findings() const {
    std::string result;
    for (const auto& x : verdict().findings)
      result += (x.is_problem ? "! " : "- ") + x.actor + ": " + x.sentence + '\n';
    return result;
  }

  void let_pulse(std::chrono::nanoseconds age) {
    page->pulse_awake_ns = std::chrono::nanoseconds{now.awake - age}.count();
    page->pulse_total_ns = std::chrono::nanoseconds{now.total - age}.count();
    page->pulse_wall_ns = std::chrono::nanoseconds{now.wall - age}.count();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(judge_health_tests, fixture)

CAF_TEST(a daemon with a fresh pulse and idle actors is healthy) {
  CAF_CHECK(verdict().state == health_state::healthy);
  CAF_CHECK_EQUAL(findings(), "");
  CAF_CHECK(!verdict().last_sign);
}

CAF_TEST(a pulse may be as old as its limit) {
  let_pulse(3s);
  CAF_CHECK(verdict().state == health_state::healthy);
  let_pulse(3001ms);
  CAF_CHECK(verdict().state == health_state::stuck);
  CAF_CHECK_EQUAL(findings(), "! supervisor: has given no pulse for 3.0 s\n");
  CAF_CHECK(verdict().last_sign == now.wall - 3001ms);
}

CAF_TEST(a stuck daemon says whether it waits for a device or a processor) {
  let_pulse(42s);
  facts->threads[0].state = 'R';
  CAF_CHECK_EQUAL(findings(),
                  "! supervisor: has given no pulse for 42 s; 1 thread runs or would, if given a CPU\n");
  facts->threads[1].state = 'D';
  CAF_CHECK_EQUAL(findings(), "! supervisor: has given no pulse for 42 s; 1 thread waits for a device\n");
}

CAF_TEST(a log that loses lines makes the daemon degraded) {
  page->degraded.write("The log /var/log/pmactor.log loses lines, 3 so far: no space.");
  CAF_CHECK(verdict().state == health_state::degraded);
  CAF_CHECK_EQUAL(findings(), "! : The log /var/log/pmactor.log loses lines, 3 so far: no space.\n");
}

CAF_TEST(time asleep makes no pulse old) {
  page->pulse_total_ns = std::chrono::nanoseconds{now.total - 1h}.count();
  CAF_CHECK(verdict().state == health_state::healthy);
}

CAF_TEST(a handler is slow before it is hung) {
  example::let_handle(page->slots[0], "scored_sample", 3s);
  CAF_CHECK(verdict().state == health_state::healthy);
  example::let_handle(page->slots[0], "scored_sample", 4s);
  CAF_CHECK(verdict().state == health_state::degraded);
  example::let_handle(page->slots[0], "scored_sample", 42s);
  page->slots[0].enqueued = page->slots[0].handled + 1; // the one message all along
  CAF_CHECK(verdict().state == health_state::stuck);
  CAF_CHECK_EQUAL(findings(), "! storage-writer: has been handling scored_sample for 42 s\n");
  CAF_CHECK(!verdict().last_sign); // its pulse is fresh
}

CAF_TEST(a handler hangs beyond the limit of its actor and not before) {
  page->slots[0].hang_limit_ns = std::chrono::nanoseconds{30s}.count();
  example::let_handle(page->slots[0], "scored_sample", 30s);
  CAF_CHECK(verdict().state == health_state::degraded);
  page->slots[0].hang_limit_ns = std::chrono::nanoseconds{30s - 1ns}.count();
  CAF_CHECK(verdict().state == health_state::stuck);
}

CAF_TEST(a pause of the host is no time that a handler took) {
  auto& slot = page->slots[0];
  example::let_handle(slot, "scored_sample", 42s);
  slot.met_for_ns = std::chrono::nanoseconds{1s}.count();
  CAF_CHECK(verdict().state == health_state::healthy);
  slot.met_for_ns = std::chrono::nanoseconds{5s}.count();
  CAF_CHECK_EQUAL(findings(), "! storage-writer: has been handling scored_sample for 5.0 s\n");
}

CAF_TEST(a handler that the supervisor has not met yet is not slow) {
  auto& slot = page->slots[0];
  example::let_handle(slot, "scored_sample", 42s);
  ++slot.met_since_ns; // that was the one before
  CAF_CHECK(verdict().state == health_state::healthy);
}

CAF_TEST(without a pulse a stuck daemon says all the same what it handles) {
  let_pulse(42s);
  example::let_handle(page->slots[0], "scored_sample", 41s);
  page->slots[0].met_since_ns = page->slots[0].met_for_ns = 0;
  CAF_CHECK(verdict().state == health_state::stuck);
  CAF_CHECK_EQUAL(findings(), "! supervisor: has given no pulse for 42 s\n"
                              "! storage-writer: has been handling scored_sample for 41 s\n");
}

CAF_TEST(on a page without limits and lived time a handler hangs after ten seconds by the clock) {
  auto& slot = page->slots[0];
  for (const std::int64_t limit : {std::int64_t{0}, std::numeric_limits<std::int64_t>::min()}) {
    slot.hang_limit_ns = limit;
    example::let_handle(slot, "scored_sample", 10s);
    slot.met_since_ns = slot.met_for_ns = 0;
    CAF_CHECK(verdict().state == health_state::degraded);
    example::let_handle(slot, "scored_sample", 11s);
    slot.met_since_ns = slot.met_for_ns = 0;
    CAF_CHECK(verdict().state == health_state::stuck);
  }
}

CAF_TEST(a hung handler is reported with where its thread is) {
  example::let_handle(page->slots[0], "scored_sample", 42s, 4712);
  facts->threads[1] = {4712, 'D', "jbd2_log_wait_commit"};
  CAF_CHECK_EQUAL(findings(), "! storage-writer: has been handling scored_sample for 42 s; its thread "
                              "waits for a device in jbd2_log_wait_commit\n");
  facts->threads[1] = {4712, 'R', ""};
  CAF_CHECK_EQUAL(findings(), "! storage-writer: has been handling scored_sample for 42 s; its thread is "
                              "running\n");
}

CAF_TEST(an optional child that hangs only degrades) {
  example::let_handle(page->slots[5], "alert", 42s);
  CAF_CHECK(verdict().state == health_state::degraded);
}

CAF_TEST(mail that waits for long degrades) {
  example::let_handle(page->slots[1], "scored_sample", 1s);
  example::let_wait(page->slots[1], 12s);
  example::let_wait(page->slots[1], 11s);
  CAF_CHECK(verdict().state == health_state::degraded);
  CAF_CHECK_EQUAL(findings(), "! sample-policy: 2 messages wait for it, the oldest for 12 s\n");
}

CAF_TEST(what an actor says of itself degrades) {
  page->slots[4].degraded.write("The sampler ends at once: exit code 1.");
  page->slots[5].phase = actor_phase::given_up;
  page->slots[5].failure.write("no bus");
  page->slots[2].phase = actor_phase::restarting;
  page->slots[2].failure.write("boom");
  CAF_CHECK(verdict().state == health_state::degraded);
  CAF_CHECK_EQUAL(findings(), "! stress-scorer: is down and will be started again; it failed: boom\n"
                              "! powermetrics-reader: The sampler ends at once: exit code 1.\n"
                              "! notifier: is given up: no bus\n");
}

CAF_TEST(what is lost or has ended is reported but is no problem) {
  page->slots[0].set_aside = 1;
  page->slots[1].dropped = 7;
  page->slots[5].phase = actor_phase::stopped;
  CAF_CHECK(verdict().state == health_state::healthy);
  CAF_CHECK_EQUAL(findings(),
                  "- storage-writer: has set aside 1 message that made it fail twice\n"
                  "- sample-policy: has dropped 7 entries of a full queue or history\n"
                  "- notifier: has ended and stays down\n");
}

CAF_TEST(starting and stopping are not healthy yet or any more) {
  page->phase = daemon_phase::starting;
  CAF_CHECK_EQUAL(verdict().headline, "pmactor is starting");
  CAF_CHECK(verdict().state == health_state::degraded);
  page->phase = daemon_phase::stopping;
  CAF_CHECK_EQUAL(verdict().headline, "pmactor is stopping");
  CAF_CHECK(verdict().state == health_state::degraded);
}

CAF_TEST(a daemon that never gave a pulse is stuck after a while) {
  page->phase = daemon_phase::starting;
  page->pulse_awake_ns = 0;
  CAF_CHECK(verdict().state == health_state::stuck);
  CAF_CHECK_EQUAL(findings(), "! supervisor: has given no pulse in 1 h\n");
}

CAF_TEST(a halted process is stopped and no actor is blamed for it) {
  let_pulse(12s);
  example::let_handle(page->slots[0], "scored_sample", 12s);
  facts->state = 'T';
  CAF_CHECK(verdict().state == health_state::stopped);
  CAF_CHECK_EQUAL(verdict().headline,
                  "pmactor is stopped (pid 4711): a signal (SIGSTOP, or Ctrl-Z) halted it");
  CAF_CHECK_EQUAL(findings(), "- : kill -CONT 4711 lets it go on\n"
                              "- storage-writer: is halted while handling scored_sample\n");
  CAF_CHECK(verdict().last_sign == now.wall - 12s);
  facts->state = 't';
  CAF_CHECK_EQUAL(verdict().headline, "pmactor is stopped (pid 4711): a debugger holds it");
  facts->state = 'S';
  facts->frozen = true;
  CAF_CHECK_EQUAL(verdict().headline, "pmactor is stopped (pid 4711): its cgroup is frozen (docker pause, "
                                      "systemctl freeze)");
}

CAF_TEST(a process without a goodbye was killed) {
  example::let_handle(page->slots[0], "scored_sample", 1s);
  facts.reset();
  CAF_CHECK(verdict().state == health_state::dead);
  CAF_CHECK_EQUAL(verdict().headline, "pmactor was killed: its process is gone without a goodbye");
  CAF_CHECK_EQUAL(findings(), "- storage-writer: was handling scored_sample\n");
  CAF_CHECK(verdict().last_sign == now.wall - 400ms);
}

CAF_TEST(a zombie and a reused pid are dead too) {
  facts->state = 'Z';
  CAF_CHECK(verdict().state == health_state::dead);
  facts->state = 'S';
  facts->start = example::start + 1;
  CAF_CHECK(verdict().state == health_state::dead);
  CAF_CHECK_EQUAL(verdict().headline, "pmactor was killed: its process is gone without a goodbye, and its "
                                      "pid is another's now");
}

CAF_TEST(a page of an earlier boot is not taken for a process of this one) {
  boot_id = "another";
  CAF_CHECK(verdict().state == health_state::dead);
  CAF_CHECK_EQUAL(verdict().headline,
                  "pmactor is dead: the machine was started anew since, without a goodbye");
  boot_id = ""; // unknown: then the process decides
  CAF_CHECK(verdict().state == health_state::healthy);
}

CAF_TEST(after a goodbye nothing runs whatever the process still does) {
  page->phase = daemon_phase::stopped;
  page->last_words.write("SIGTERM");
  CAF_CHECK(verdict().state == health_state::not_running);
  CAF_CHECK_EQUAL(verdict().headline, "pmactor is not running: SIGTERM");
  facts.reset();
  CAF_CHECK(verdict().state == health_state::not_running);
  page->phase = daemon_phase::failed;
  page->last_words.write("storage-writer failed too often");
  CAF_CHECK(verdict().state == health_state::dead);
  CAF_CHECK_EQUAL(verdict().headline, "pmactor has failed: storage-writer failed too often");
}

CAF_TEST(a daemon of other namespaces is judged by its pulse and never called killed) {
  const auto judged = [this](std::chrono::nanoseconds now_wall) {
    return judge_from_outside(read_health(*page, last_pulse(*page)), now_wall);
  };
  auto x = judged(now.wall);
  CAF_CHECK(x.state == health_state::healthy);
  CAF_REQUIRE_EQUAL(x.findings.size(), 1u);
  CAF_CHECK(x.findings[0].sentence.find("another pid or time namespace") != std::string::npos);
  CAF_CHECK(!x.findings[0].is_problem);
  page->slots[0].degraded.write("The disk is full.");
  CAF_CHECK(judged(now.wall).state == health_state::degraded);
  x = judged(now.wall + 10min);
  CAF_CHECK(x.state == health_state::unknown);
  CAF_CHECK(x.headline.find("cannot be judged from here") != std::string::npos);
  CAF_CHECK(x.last_sign == now.wall - 400ms);
  page->phase = daemon_phase::stopped;
  CAF_CHECK(judged(now.wall + 10min).state == health_state::not_running);
}

CAF_TEST(namespaces are compared as far as the kernel numbers them) {
  CAF_CHECK(are_comparable({1, 2}, {1, 2}));
  CAF_CHECK(!are_comparable({1, 2}, {3, 2}));
  CAF_CHECK(!are_comparable({1, 2}, {1, 3}));
  CAF_CHECK(are_comparable({0, 0}, {1, 2}));
  CAF_CHECK(are_comparable({1, 2}, {1, 0}));
}

CAF_TEST(each state has its exit code) {
  CAF_CHECK_EQUAL(exit_code_of(health_state::healthy), 0);
  CAF_CHECK_EQUAL(exit_code_of(health_state::degraded), 1);
  CAF_CHECK_EQUAL(exit_code_of(health_state::stuck), 2);
  CAF_CHECK_EQUAL(exit_code_of(health_state::stopped), 2);
  CAF_CHECK_EQUAL(exit_code_of(health_state::dead), 2);
  CAF_CHECK_EQUAL(exit_code_of(health_state::not_running), 3);
  CAF_CHECK_EQUAL(exit_code_of(health_state::unknown), 4);
}

CAF_TEST_FIXTURE_SCOPE_END()
