#define CAF_SUITE switch_recorder

#include "support/switch_recorder_fixture.hpp"

using namespace pmactor;

CAF_TEST_FIXTURE_SCOPE(switch_recorder_tests, switch_recorder_fixture)

CAF_TEST(a pause in which others held the CPU is blamed on them) {
  feed(starved());
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  CAF_CHECK(received[0].id == starved().event.id);
  CAF_REQUIRE(received[0].blame.has_value());
  CAF_REQUIRE_EQUAL(received[0].blame->doers.size(), 1u);
  CAF_CHECK_EQUAL(received[0].blame->doers[0].name, "spinner");
  CAF_CHECK(received[0].blame->doers[0].held == 2s);
}

CAF_TEST(at rest it takes nothing out and without a record it says nothing) {
  advance_time(600s);
  consume_messages();
  CAF_CHECK_EQUAL(rings.taken, 0);
  rings.state = {0, "pmactor's own beat alone", "Permission denied"};
  feed(starved());
  CAF_CHECK_EQUAL(rings.taken, 0);
  CAF_CHECK(received.empty());
}

CAF_TEST(
  a pause that is explained anew has its blame summed up anew and without taking anything out) {
  feed(starved());
  CAF_REQUIRE_EQUAL(received.size(), 1u);
  event_amendment news;
  news.id = starved().event.id;
  auto& found = news.explained.emplace(event_amendment::explanation{pause_cause::unexplained, confidence::low, {}});
  found.cause = pause_cause::cpu_wait;
  found.book[pause_cause::cpu_wait] = {1500ms, "waited"};
  feed(news);
  CAF_REQUIRE_EQUAL(received.size(), 2u);
  CAF_CHECK(received[1].blame->harm == 1500ms);
  CAF_CHECK(received[1].blame->timeline == received[0].blame->timeline);
  feed(news); // the same again is no news
  CAF_CHECK_EQUAL(received.size(), 2u);
  found.cause = pause_cause::stopped;
  feed(news);
  CAF_REQUIRE_EQUAL(received.size(), 3u);
  CAF_CHECK(received[2].blame->doers.empty());
  CAF_CHECK_EQUAL(rings.taken, 1);
}

CAF_TEST(what the host refuses is on the health page apart from what the settings switch off) {
  const auto shortfall_of = [this](recorder_state x) {
    kill(aut);
    rings.state = std::move(x);
    start();
    return std::string{slot.shortfall_is_whole.load() != 0 ? "all: " : "part: "} + slot.shortfall.read();
  };
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "the process of each disk request: tracefs is for root"}),
                  "part: the process of each disk request: tracefs is for root");
  CAF_CHECK_EQUAL(slot.note.read(), "tier 1: records the task on 1 CPU; not more: the process of each disk request: tracefs is for root");
  CAF_CHECK_EQUAL(supplement.shortfall_command.read(), "");
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "tracefs is not mounted", false, "sudo mount x"}),
                  "part: tracefs is not mounted");
  CAF_CHECK_EQUAL(supplement.shortfall_command.read(), "sudo mount x");
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "it is long", false, std::string(1000, 'x')}), "part: it is long");
  CAF_CHECK_EQUAL(supplement.shortfall_command.read(), ""); // a part of a command is none
  CAF_CHECK_EQUAL(shortfall_of({0, "pmactor's own beat alone", "Permission denied"}), "all: Permission denied");
  CAF_CHECK_EQUAL(shortfall_of({1, "the task on 1 CPU", "it is switched off in the settings", true, "no command"}), "part: ");
  CAF_CHECK_EQUAL(supplement.shortfall_command.read(), "");
}

CAF_TEST(the rings outlive a restart and are made anew for other settings) {
  feed(stalled(stall_resource::cpu, false));
  kill(aut);
  start();
  CAF_CHECK_EQUAL(rings.opened, 1);
  rings.now = 109s;
  advance_time(policy.take_every);
  consume_messages();
  CAF_CHECK_GREATER_OR_EQUAL(received.size(), 2u);
  kill(aut);
  policy.memory /= 2;
  start();
  CAF_CHECK_EQUAL(rings.opened, 2);
}

CAF_TEST(it chooses anew how CPUs are recorded only while they switch much and says so) {
  advance_time(600s);
  consume_messages();
  CAF_CHECK(rings.followed.empty());
  feed(switch_rate{80'000});
  CAF_CHECK((rings.followed == std::vector<switch_rate>{switch_rate{80'000}}));
  CAF_CHECK_EQUAL(rings.taken, 0); // nothing is copied
  CAF_CHECK_EQUAL(rings.state.records, "the task on 1 CPU (by samples)");
}

CAF_TEST_FIXTURE_SCOPE_END()
