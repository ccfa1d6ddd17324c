#define CAF_SUITE kernel_log

#include "actors/kernel_log/kernel_log.hpp"
#include "messages/event_facts.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct listener_state {
  listener_state() = default;
  static constexpr const char* name = "listener";
};

struct news {
  std::vector<std::string> order;
  std::vector<pause_event> events;
  std::vector<event_amendment> amendments;
  std::vector<remark> remarks;
};

pause_sink_actor::behavior_type listener(actor_pointer<pause_sink_actor, listener_state>,
                                         news* received) {
  return {[received](const pause_event& x) {
            received->order.emplace_back("event");
            received->events.push_back(x);
          },
          [received](const event_amendment& x) { received->amendments.push_back(x); }};
}

remark_sink_actor::behavior_type remark_listener(actor_pointer<remark_sink_actor, listener_state>,
                                                 news* received) {
  return {[received](const remark& x) {
    received->order.emplace_back("remark");
    received->remarks.push_back(x);
  }};
}

/// A log whose lines the test writes.
struct scripted_log {
  log_look next;
  int opened = 0;
};

class stand_in : public log_reader {
public:
  explicit stand_in(scripted_log& script) : script_(script) {
    ++script_.opened;
  }
  log_look read() override {
    return std::exchange(script_.next, log_look{script_.next.at, {}, 0});
  }

private:
  scripted_log& script_;
};

struct fixture : actor_fixture {
  scripted_log log;
  news received;
  std::shared_ptr<kernel_log_memory> memory = std::make_shared<kernel_log_memory>();
  kernel_log_policy policy;
  kernel_log_host host{[this] { return std::make_unique<stand_in>(log); },
                       {},
                       {},
                       {},
                       [this] {
                         return clock_sample{now(), now(), now() + 1000s};
                       }};
  kernel_log_impl aut;
  pause_sink_actor sink = spawn(listener, &received);
  remark_sink_actor remark_sink = spawn(remark_listener, &received);

  ~fixture() override {
    finish();
  }

  void start() {
    aut = spawn(kernel_log, actor_slot_ref{}, policy, host, memory);
    caf::anon_send(aut, link_to{"flight-recorder"}, remark_sink);
    caf::anon_send(aut, link_to{"flight-recorder"}, sink);
    consume_messages();
  }

  void add(const std::string& text, int facility = 0) {
    kernel_line line;
    line.at = now();
    line.facility = facility;
    line.text = text;
    log.next.lines.push_back(line);
  }

  void pass(std::chrono::nanoseconds span) {
    for (; span > 0ns; span -= 1s) {
      log.next.at = {now(), now(), now() + 1000s};
      advance_time(1s);
      consume_messages();
    }
  }
};

const char* const killed =
  "Out of memory: Killed process 4242 (firefox) total-vm:11423876kB, anon-rss:7340032kB";

} // namespace

CAF_TEST_FIXTURE_SCOPE(kernel_log_tests, fixture)

CAF_TEST(what the kernel logs becomes an incident and the remark of it comes first) {
  start();
  pass(2s);
  add("usb 1-2: new high-speed USB device number 4 using xhci_hcd");
  add(killed);
  pass(6s);
  CAF_REQUIRE_EQUAL(received.order.size(), 2u);
  CAF_CHECK_EQUAL(received.order[0], "remark");
  CAF_CHECK(received.events[0].kind == event_kind::incident);
  CAF_CHECK_EQUAL(received.remarks[0].topic, topic_of_incident(received.events[0].id));
  CAF_CHECK(received.remarks[0].says.find("firefox") != std::string::npos);
  CAF_CHECK(head_of(*received.events[0].facts).is_urgent);
}

CAF_TEST(a program that writes to the log of the kernel is not taken for it) {
  start();
  add(killed, 1);
  pass(6s);
  CAF_CHECK(received.events.empty());
}

CAF_TEST(an incident is not lost with the actor that had read it) {
  start();
  add(killed);
  pass(1s);
  self->send_exit(aut, caf::exit_reason::kill);
  consume_messages();
  start();
  pass(6s);
  CAF_CHECK_EQUAL(log.opened, 1);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
}

CAF_TEST(a log that cannot be read is said and is no fault) {
  host.open = []() -> std::unique_ptr<log_reader> {
    throw std::runtime_error("The log cannot be read.");
  };
  start();
  pass(3s);
  CAF_CHECK(received.events.empty());
}

namespace {

/// A journal whose lines the test writes.
class scripted_journal : public program_log {
public:
  scripted_journal(std::vector<program_line>& next, int& asked) : next_(next), asked_(asked) {
  }
  std::vector<program_line> read(const clock_sample&) override {
    return std::exchange(next_, {});
  }
  void ask_about_sleep(const clock_sample&) override {
    ++asked_;
  }
  bool has_kernel_lines() const override {
    return has_kernel != nullptr && *has_kernel;
  }

  const bool* has_kernel = nullptr; ///< What is known of it.

private:
  std::vector<program_line>& next_;
  int& asked_;
};

class scripted_suspends : public suspend_reader {
public:
  explicit scripted_suspends(suspend_counts& counts) : counts_(counts) {
  }
  suspend_counts count() override {
    return counts_;
  }
  suspend_counts read() override {
    return counts_;
  }

private:
  suspend_counts& counts_;
};

class scripted_devices : public device_reports {
public:
  explicit scripted_devices(std::vector<incident_line>& next) : next_(next) {
  }
  std::vector<incident_line> read() override {
    return std::exchange(next_, {});
  }

private:
  std::vector<incident_line>& next_;
};

} // namespace

CAF_TEST(where the log cannot be read the journal has its lines and those of programs) {
  std::vector<program_line> journal;
  int asked = 0;
  host.open = []() -> std::unique_ptr<log_reader> {
    throw std::runtime_error("The log cannot be read.");
  };
  host.follow = [&] { return std::make_unique<scripted_journal>(journal, asked); };
  start();
  pass(2s);
  journal.push_back({now() + 1000s, killed, true});
  journal.push_back(
    {now() + 1000s, "earlyoom[3]: sending SIGTERM to process 7 uid 1000 \"cc1plus\": x", false});
  journal.push_back({now() + 1000s, std::string{"liar[3]: "} + killed, false});
  pass(6s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u); // of one kind at one time: one incident
  const auto facts = received.events[0].facts.value_or("");
  CAF_CHECK(facts.find("firefox (4242)") != std::string::npos);
  CAF_CHECK(facts.find("cc1plus (7)") != std::string::npos);
}

CAF_TEST(why the machine slept is a remark of the sleep even if it is known later) {
  std::vector<program_line> journal;
  int asked = 0;
  suspend_counts counts;
  counts.success = 3, counts.fail = 0;
  host.programs = [&] { return std::make_unique<scripted_journal>(journal, asked); };
  host.suspends = [&] { return std::make_unique<scripted_suspends>(counts); };
  start();
  pass(3s);
  counts.success = 4;
  const auto slept = now() + 1000s;
  pass(2s);
  CAF_CHECK_EQUAL(asked, 1);
  CAF_CHECK(received.remarks.empty());
  journal.push_back({slept - 3s, "systemd-logind[700]: Lid closed.", false});
  pass(2s);
  CAF_REQUIRE_EQUAL(received.remarks.size(), 1u);
  CAF_CHECK_EQUAL(received.remarks[0].says,
                  "it was put to sleep because the lid was closed (systemd-logind)");
  pass(30s);
  CAF_CHECK_EQUAL(received.remarks.size(), 1u);
}

CAF_TEST(where suspends are not counted the clocks show a sleep) {
  std::vector<program_line> journal;
  int asked = 0;
  std::chrono::nanoseconds slept{};
  host.open = [] { return std::unique_ptr<log_reader>{}; };
  host.programs = [&] { return std::make_unique<scripted_journal>(journal, asked); };
  host.clocks = [&] { return clock_sample{now(), now() + slept, now() + slept + 1000s}; };
  start();
  pass(5s);
  CAF_CHECK_EQUAL(asked, 0);
  slept = 1h;
  pass(2s);
  CAF_CHECK_EQUAL(asked, 1);
  journal.push_back({now() + 1000s - 3s, "pmset: Sleep: Entering Sleep state due to 'Idle Sleep'", false});
  pass(3s);
  CAF_REQUIRE_EQUAL(received.remarks.size(), 1u);
  CAF_CHECK_EQUAL(received.remarks[0].says,
                  "it was put to sleep because none had used it for a while (pmset)");
  CAF_CHECK(received.remarks[0].ended.total - received.remarks[0].began.total > 1h);
}

CAF_TEST(the phases of one suspend are not said of the next) {
  suspend_counts counts;
  counts.success = 3, counts.fail = 0;
  host.suspends = [&] { return std::make_unique<scripted_suspends>(counts); };
  start();
  pass(3s);
  add("PM: suspend entry (deep)");
  counts.success = 4;
  pass(2s);
  CAF_CHECK_EQUAL(received.remarks.size(), 1u);
  counts.success = 5; // whose first lines were lost in a flood
  pass(2s);
  CAF_CHECK_EQUAL(received.remarks.size(), 1u);
}

CAF_TEST(what the kernel announces of a device is an incident) {
  std::vector<incident_line> announced;
  host.devices = [&] { return std::make_unique<scripted_devices>(announced); };
  start();
  pass(2s);
  auto& x = announced.emplace_back();
  x.rule = "uevent-wedged", x.kind = incident_kind::graphics, x.weight = 9;
  x.device = "0000:03:00.0", x.says = "the GPU 0000:03:00.0 is stuck";
  pass(6s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(head_of(*received.events[0].facts).is_urgent);
}

CAF_TEST(
  where the log cannot be read the counts of the kernel still say that a process was killed) {
  kernel_counts counts;
  counts.oom_kills = 3;
  host.open = []() -> std::unique_ptr<log_reader> {
    throw std::runtime_error("The log cannot be read.");
  };
  host.counts = [&counts] { return counts; };
  start();
  pass(10s);
  CAF_CHECK(received.events.empty());
  counts.oom_kills = 5;
  pass(12s);
  CAF_REQUIRE_EQUAL(received.events.size(), 1u);
  CAF_CHECK(head_of(*received.events[0].facts).title
            == "the kernel killed 2 processes for lack of memory");
}

CAF_TEST(the counts of the kernel are asked until its lines are found in the journal) {
  std::vector<program_line> journal;
  int asked = 0;
  bool is_found = false;
  kernel_counts counts;
  counts.oom_kills = 3;
  host.open = []() -> std::unique_ptr<log_reader> {
    throw std::runtime_error("The log cannot be read.");
  };
  host.counts = [&counts] { return counts; };
  host.follow = [&] {
    auto result = std::make_unique<scripted_journal>(journal, asked);
    result->has_kernel = &is_found;
    return result;
  };
  start();
  pass(10s);
  counts.oom_kills = 5;
  pass(12s);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
  is_found = true;
  counts.oom_kills = 7; // as the lines say
  pass(30s);
  CAF_CHECK_EQUAL(received.events.size(), 1u);
}

CAF_TEST(what is switched off reads nothing) {
  policy.enabled = false;
  start();
  pass(3s);
  CAF_CHECK_EQUAL(log.opened, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
