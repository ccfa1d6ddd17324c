#define CAF_SUITE read_health

#include "actors/supervision/read_health.hpp"

#include "support/example_health.hpp"

#include <cstring>
#include <limits>
#include <random>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using example::now;

CAF_TEST(the page of a daemon reads back as values) {
  const auto page = example::make_page();
  const auto x = read_health(*page, now);
  CAF_CHECK_EQUAL(x.daemon.pid, example::pid);
  CAF_CHECK_EQUAL(x.daemon.start, example::start);
  CAF_CHECK_EQUAL(x.daemon.boot_id, example::boot_id);
  CAF_CHECK(x.phase == daemon_phase::running);
  CAF_CHECK(x.uptime == 3600s);
  CAF_CHECK(x.pulse_age == 400ms);
  CAF_CHECK_EQUAL(x.samples_stored, 720u);
  CAF_REQUIRE_EQUAL(x.actors.size(), 6u);
  const auto& writer = x.actors[0];
  CAF_CHECK_EQUAL(writer.name, "storage-writer");
  CAF_CHECK(writer.phase == actor_phase::running);
  CAF_CHECK(!writer.optional_child);
  CAF_CHECK(x.actors[5].optional_child);
  CAF_CHECK(writer.uptime == 3599s);
  CAF_CHECK_EQUAL(writer.handled, 3600u);
  CAF_CHECK_EQUAL(writer.waiting, 0u);
  CAF_CHECK(writer.p99 == 64us);
  CAF_CHECK(writer.failure.empty());
  CAF_CHECK(!writer.failed);
  CAF_CHECK(!writer.handling_for);
  CAF_CHECK(!writer.oldest_age);
}

CAF_TEST(the message in hand does not wait) {
  const auto page = example::make_page();
  auto& slot = page->slots[0];
  example::let_handle(slot, "gap", 42s, 7);
  auto x = read_health(*page, now).actors[0];
  CAF_CHECK_EQUAL(x.waiting, 0u);
  CAF_CHECK(x.handling_for == 42s);
  CAF_CHECK(x.handling_lived == 42s);
  CAF_CHECK(x.hang_limit == 10s);
  CAF_CHECK_EQUAL(x.handler, "gap");
  CAF_CHECK_EQUAL(x.handler_thread, 7);
  example::let_wait(slot, 30s);
  example::let_wait(slot, 20s);
  x = read_health(*page, now).actors[0];
  CAF_CHECK_EQUAL(x.waiting, 2u);
  CAF_CHECK(x.oldest_age == 30s);
  CAF_CHECK(x.last_message_age == 20s);
}

CAF_TEST(of more messages than are remembered the oldest is at least as old as reported) {
  const auto page = example::make_page();
  for (int age = 100; age > 0; --age)
    example::let_wait(page->slots[0], std::chrono::seconds{age});
  const auto x = read_health(*page, now).actors[0];
  CAF_CHECK_EQUAL(x.waiting, 100u);
  CAF_CHECK(x.oldest_age == 64s);
}

CAF_TEST(a mailbox that was counted too low is empty and not endless) {
  const auto page = example::make_page();
  page->slots[0].enqueued = 3;
  const auto x = read_health(*page, now);
  CAF_CHECK_EQUAL(x.actors[0].waiting, 0u);
}

CAF_TEST(moments that make no sense are absent) {
  const auto page = example::make_page();
  page->started_total_ns = std::chrono::nanoseconds{now.total + 1h}.count();
  page->pulse_awake_ns = -5;
  page->slots[0].handler_since_ns = std::numeric_limits<std::int64_t>::max();
  page->slots[1].handler_since_ns = std::numeric_limits<std::int64_t>::min();
  page->slots[2].handler_since_ns = std::chrono::nanoseconds{now.awake + 1ms}.count();
  const auto x = read_health(*page, now);
  CAF_CHECK(!x.uptime);
  CAF_CHECK(!x.pulse_age);
  CAF_CHECK(!x.actors[0].handling_for);
  CAF_CHECK(!x.actors[1].handling_for);
  CAF_CHECK(x.actors[2].handling_for == 0ns); // clocks are read in turn
}

CAF_TEST(a lived time that makes no sense is none or all that the handler took) {
  const auto page = example::make_page();
  auto& slot = page->slots[0];
  const auto lived = [&] { return read_health(*page, now).actors[0].handling_lived; };
  CAF_CHECK(!lived());
  example::let_handle(slot, "gap", 42s);
  slot.met_for_ns = std::numeric_limits<std::int64_t>::max();
  CAF_CHECK(lived() == 42s);
  slot.met_for_ns = std::numeric_limits<std::int64_t>::min();
  CAF_CHECK(lived() == 0ns);
}

CAF_TEST(a page of random bytes reads without harm) {
  std::minstd_rand random{1};
  bool bounded = true;
  const auto page = std::make_unique<health_page>();
  for (int round = 0; round < 200; ++round) {
    auto* bytes = reinterpret_cast<unsigned char*>(page.get());
    for (std::size_t i = 0; i < sizeof(health_page); ++i)
      bytes[i] = static_cast<unsigned char>(random());
    for (const auto& at : {now, last_pulse(*page), clock_sample{}}) {
      const auto x = read_health(*page, at);
      bounded &= x.actors.size() <= health_page::max_slots && x.phase <= daemon_phase::failed;
      for (const auto& actor : x.actors)
        bounded &= actor.phase <= actor_phase::given_up && actor.note.size() <= 256
                   && actor.handling_lived.value_or(0ns) <= actor.handling_for.value_or(0ns);
    }
  }
  CAF_CHECK(bounded);
}

CAF_TEST(two copies of a page are settled unless it was written between them) {
  const auto earlier = example::make_page(), later = example::make_page();
  CAF_CHECK(is_settled(*earlier, *later));
  later->slots[23].handler_since_ns = 1;
  CAF_CHECK(!is_settled(*earlier, *later));
  later->slots[23].handler_since_ns = 0;
  later->slots[2].note.write("new");
  CAF_CHECK(!is_settled(*earlier, *later));
  earlier->slots[2].note.write("new");
  CAF_CHECK(is_settled(*earlier, *later));
  later->slots[2].shortfall.write("new");
  CAF_CHECK(!is_settled(*earlier, *later));
  earlier->slots[2].shortfall.write("new");
  later->settings_problems.write("new");
  CAF_CHECK(!is_settled(*earlier, *later));
  earlier->settings_problems.write("new");
  later->supplements[2].shortfall_command.write("new");
  CAF_CHECK(!is_settled(*earlier, *later));
  earlier->supplements[2].shortfall_command.write("new");
  later->supplements[2].degraded_setting.write("new");
  CAF_CHECK(!is_settled(*earlier, *later));
  earlier->supplements[2].degraded_setting.write("new");
  CAF_CHECK(is_settled(*earlier, *later));
}

CAF_TEST(what an actor does not do here and the stalls that last are read) {
  const auto page = example::make_page();
  page->slots[2].shortfall.write("the process of each disk request");
  page->slots[2].shortfall_is_whole = 1;
  page->supplements[2].shortfall_command.write("sudo x");
  page->supplements[3].degraded_setting.write("metrics.textfile");
  page->slots[3].stalls = 2;
  const auto x = read_health(*page, now);
  CAF_CHECK_EQUAL(x.actors[2].shortfall, "the process of each disk request");
  CAF_CHECK(x.actors[2].shortfall_is_whole);
  CAF_CHECK_EQUAL(x.actors[2].shortfall_command, "sudo x");
  CAF_CHECK_EQUAL(x.actors[2].degraded_setting, "");
  CAF_CHECK_EQUAL(x.actors[3].degraded_setting, "metrics.textfile");
  CAF_CHECK_EQUAL(x.actors[3].stalls, 2u);
  CAF_CHECK_EQUAL(x.actors[3].shortfall, "");
}

CAF_TEST(a text whose writer died half way is not settled but can be read) {
  const auto earlier = example::make_page(), later = example::make_page();
  for (auto* page : {earlier.get(), later.get()})
    ++reinterpret_cast<std::atomic<std::uint32_t>&>(page->slots[4].note); // its sequence comes first
  CAF_CHECK(!is_settled(*earlier, *later));
  const auto x = read_health(*later, now);
  CAF_CHECK_EQUAL(x.actors[4].note, "sampler child 4713, 3,598 documents");
}
