#define CAF_SUITE notifier

#include "actors/notifier/notifier.hpp"

#include "actors/supervision/log.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines;

void collect(log_level, std::string_view component, std::string_view event, std::string_view sentence) {
  if (component == "notifier")
    lines.push_back(std::string{event} + ": " + std::string{sentence});
}

/// Keeps what it is given. What became of it is for the test to say.
struct kept_messages {
  std::vector<notice_message> messages;
  std::function<void(const sink_result&)> listener;
  delivery_policy policy; ///< The last that it was given.
  int opened = 0;
};

class scripted_delivery final : public notice_delivery {
public:
  explicit scripted_delivery(kept_messages& kept) : kept_(kept) {
    ++kept_.opened;
  }
  void listen(std::function<void(const sink_result&)> listener) override {
    kept_.listener = std::move(listener);
  }
  void follow(const delivery_policy& policy) override {
    kept_.policy = policy;
  }
  void deliver(const notice_message& x) override {
    kept_.messages.push_back(x);
  }

private:
  kept_messages& kept_;
};

struct fixture : actor_fixture {
  kept_messages kept;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  notifier_policy policy;
  std::shared_ptr<notifier_memory> memory = std::make_shared<notifier_memory>();
  notifier_actor aut;

  fixture() {
    lines.clear();
    set_log_sink(collect);
    policy.how.command = {"/bin/true"};
    start();
  }

  ~fixture() override {
    set_log_sink(nullptr);
    finish();
  }

  notifier_actor spawn_in(const actor_slot_ref& slot) {
    return spawn(notifier, slot, policy, &lived, memory,
                 [this](const delivery_policy&) { return std::make_unique<scripted_delivery>(kept); });
  }

  void start() {
    aut = spawn_in({&page->slots[0]});
    consume_messages();
  }

  void restart() {
    kill(aut);
    start();
  }

  template <class T>
  void send(const T& x) {
    caf::anon_send(aut, x);
    consume_messages();
  }

  event_record pause(std::chrono::nanoseconds started, std::chrono::nanoseconds duration = 3s) {
    event_record x;
    x.event.id = mint_event_id(event_kind::pause, started);
    x.event.started = started;
    x.event.duration = duration;
    x.event.cause = pause_cause::io;
    x.event.sure = confidence::high;
    return x;
  }

  stress_alert alert(stress_change change, std::uint64_t tick) {
    stress_alert x;
    x.change = change;
    x.tick = tick;
    x.lasted = 30s;
    x.stress.load = 40;
    x.stress.memory = 22;
    return x;
  }

  void say(const std::string& sink, sink_result::outcome what, const std::string& says,
           bool is_remedied = false) {
    kept.listener({1, notice_kind::pause, sink, what, says, is_remedied});
    consume_messages();
  }

  std::vector<std::string> titles() {
    std::vector<std::string> result;
    for (const auto& x : kept.messages)
      result.push_back(x.title);
    return result;
  }
};

using texts = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(notifier_tests, fixture)

CAF_TEST(a pause is one message and one line in the log) {
  send(pause(10s, 12300ms));
  live(2s);
  CAF_CHECK(kept.messages.empty());
  live(2s);
  CAF_CHECK_EQUAL(titles(), (texts{"Froze 12.3 s, stalled on I/O"}));
  CAF_CHECK_EQUAL(lines, (texts{"notice-pause: Froze 12.3 s, stalled on I/O. "}));
  send(pause(10s, 12300ms)); // its sender was not sure
  event_amendment late;
  late.id = pause(10s).event.id;
  late.scope = pause_scope::system;
  send(late);
  live(1h, 10s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
}

CAF_TEST(a restart neither repeats nor forgets) {
  send(pause(10s));
  restart(); // before it has settled
  live(5s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
  restart(); // after it was reported
  send(pause(10s));
  live(5s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
  send(alert(stress_change::critical, 7));
  CAF_CHECK_EQUAL(kept.messages.size(), 2u);
  restart(); // between an alarm and its end
  send(alert(stress_change::critical, 7));
  send(alert(stress_change::relieved, 50));
  CAF_CHECK_EQUAL(titles(), (texts{"Froze 3.00 s, stalled on I/O", "Critical stress for 30 s",
                                   "All clear: the stress is no longer critical, after 30 s"}));
  CAF_CHECK_EQUAL(kept.opened, 1);
}

CAF_TEST(a failure in the middle of it leaves no trace) {
  send(pause(10s));
  send(drill{drill::way::raise});
  start();
  send(pause(10s)); // its sender has it still
  live(10s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
}

CAF_TEST(what keeps failing is dropped and counted but not what was seen) {
  send(pause(10s));
  send(alert(stress_change::critical, 7));
  memory->start_afresh();
  send(pause(10s));
  send(alert(stress_change::critical, 7));
  live(10s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
  CAF_CHECK_EQUAL(memory->notices.held_back_ever, 1u);
}

CAF_TEST(a pause does not delay the message of it) {
  live(1s);
  advance_time(12s); // frozen
  send(pause(10s, 12s));
  live(4s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
}

CAF_TEST(the cooldown is lived time) {
  send(pause(10s));
  live(4s);
  send(pause(20s));
  live(30s);
  advance_time(10min);
  consume_messages();
  CAF_CHECK_EQUAL(kept.messages.size(), 1u); // of the next one but half a minute of the cooldown is over
  send(pause(40s));
  live(28s);
  CAF_CHECK_EQUAL(kept.messages.size(), 1u);
  live(5s);
  CAF_CHECK_EQUAL(kept.messages.size(), 2u);
}

CAF_TEST(what does not work is reported after a minute and when it is over) {
  caf::anon_send(aut, fault_list{{{"storage-writer", "The disk is full."}}});
  live(65s, 1s);
  CAF_CHECK(kept.messages.empty());
  live(20s, 1s);
  CAF_CHECK_EQUAL(titles(), (texts{"pmactor is degraded: storage-writer"}));
  caf::anon_send(aut, fault_list{});
  live(90s, 1s);
  CAF_CHECK_EQUAL(titles(), (texts{"pmactor is degraded: storage-writer", "pmactor works fully again"}));
}

CAF_TEST(inspect shows what became of messages) {
  CAF_CHECK_EQUAL(page->slots[0].note.read(), "0 messages sent");
  send(pause(10s));
  live(4s);
  say("desktop", sink_result::outcome::delivered, "shown to ann");
  say("command", sink_result::outcome::failed, "hook ended with exit code 3: no network");
  CAF_CHECK_EQUAL(page->slots[0].note.read(),
                  "1 message sent; command: hook ended with exit code 3: no network; desktop: shown to ann");
  CAF_CHECK_EQUAL(page->slots[0].degraded.read(),
                  "The last message did not get through, as the command of [notifications] failed: hook "
                  "ended with exit code 3: no network");
  CAF_CHECK_EQUAL(lines.back(), "message-failed: A message failed at the command: hook ended with exit code "
                                "3: no network.");
  say("command", sink_result::outcome::delivered, "done in 12 ms");
  CAF_CHECK_EQUAL(page->slots[0].degraded.read(), "");
}

CAF_TEST(an actor that was left behind before it began receives nothing in place of its successor) {
  spawn_in({&page->slots[0], page->slots[0].generation.load()});
  consume_messages();
  say("command", sink_result::outcome::failed, "hook ended with exit code 3: no network");
  CAF_CHECK_NOT_EQUAL(page->slots[0].degraded.read(), "");
}

CAF_TEST(a missing program is said once with what to do) {
  say("desktop", sink_result::outcome::unavailable, "notify-send is not installed", true);
  CAF_REQUIRE_EQUAL(lines.size(), 1u);
  CAF_CHECK_EQUAL(lines[0], "desktop-unavailable: No message can be shown on a desktop: notify-send is not "
                            "installed. Or switch it off by notifications.desktop = false in the settings.");
  restart();
  say("desktop", sink_result::outcome::unavailable, "notify-send is not installed", true);
  CAF_CHECK_EQUAL(lines.size(), 1u);
  CAF_CHECK_EQUAL(page->slots[0].note.read(), "0 messages sent; desktop: notify-send is not installed");
  CAF_CHECK_EQUAL(page->slots[0].degraded.read(), "");
}

CAF_TEST(a message that the delivery thread lost is said by the next one) {
  send(pause(10s));
  live(4s);
  say("queue", sink_result::outcome::lost, "too many messages were waiting");
  live(60s);
  send(pause(200s));
  live(4s);
  CAF_REQUIRE_EQUAL(kept.messages.size(), 2u);
  CAF_CHECK(kept.messages[1].body.find("1 message was held back before it: 1 of freezes.") != std::string::npos);
}

CAF_TEST(settings that were read again hold for the delivery thread too) {
  policy.how.sound = false;
  restart();
  CAF_CHECK(!kept.policy.sound);
  CAF_CHECK_EQUAL(kept.opened, 1);
}

CAF_TEST(switched off it starts nothing and says so) {
  kill(aut);
  kept.opened = 0;
  memory = std::make_shared<notifier_memory>();
  policy.when.enabled = false;
  start();
  send(pause(10s));
  live(60s);
  CAF_CHECK_EQUAL(kept.opened, 0);
  CAF_CHECK(kept.messages.empty());
  CAF_CHECK_EQUAL(page->slots[0].note.read(), "Messages are switched off in the settings.");
}

CAF_TEST_FIXTURE_SCOPE_END()
