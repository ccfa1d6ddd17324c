#define CAF_SUITE outbox

#include "actors/supervision/outbox.hpp"
#include "messages/actors.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;

namespace {

using sink_impl = scored_sink_actor::extend<caf::reacts_to<drill>>;

/// What all receivers of a test have handled, in order; outlives each of them.
struct ledger {
  std::vector<std::uint64_t> ticks;
  std::uint64_t poison = 0;  ///< The tick that kills.
  std::uint64_t refused = 0; ///< The tick that is refused.
};

struct sink_state {
  sink_state() = default;
  static constexpr const char* name = "sink";
};

sink_impl::behavior_type sink(actor_pointer<sink_impl, sink_state> self, ledger* seen) {
  return {
    [seen](const scored_sample& x) -> caf::result<void> {
      if (x.system.tick == seen->poison)
        throw std::runtime_error("poison");
      if (x.system.tick == seen->refused)
        return make_error(failure::refused, "never");
      seen->ticks.push_back(x.system.tick);
      return caf::unit;
    },
    handle_drill(self),
  };
}

using source_actor = caf::typed_actor<caf::reacts_to<scored_sample>,
                                      caf::reacts_to<link_to, scored_sink_actor>>;

struct source_state {
  source_state() = default;
  static constexpr const char* name = "source";
  std::unique_ptr<outbox<scored_sample, scored_sink_actor>> out;
};

source_actor::behavior_type source(actor_pointer<source_actor, source_state> self,
                                   std::shared_ptr<outbox_memory<scored_sample>> memory) {
  self->state.out = std::make_unique<outbox<scored_sample, scored_sink_actor>>(*memory);
  return {
    [self](const scored_sample& x) { self->state.out->push(self, x); },
    [self](const link_to&, const scored_sink_actor& next) { self->state.out->link(self, next); },
  };
}

using event_source_actor = caf::typed_actor<caf::reacts_to<event_record>>;

struct event_source_state {
  event_source_state() = default;
  static constexpr const char* name = "event-source";
  std::unique_ptr<outbox<event_news, event_sink_actor>> out;
};

event_source_actor::behavior_type event_source(actor_pointer<event_source_actor, event_source_state> self,
                                               outbox_memory<event_news>* memory) {
  self->state.out = std::make_unique<outbox<event_news, event_sink_actor>>(*memory);
  return {[self](const event_record& x) { self->state.out->push(self, x); }};
}

scored_sample numbered(std::uint64_t tick) {
  scored_sample x;
  x.system.tick = tick;
  return x;
}

struct fixture : actor_fixture {
  std::shared_ptr<outbox_memory<scored_sample>> memory
    = std::make_shared<outbox_memory<scored_sample>>();
  std::atomic<std::uint64_t> lost{0};
  ledger seen;
  source_actor from = spawn(source, memory);
  sink_impl to = spawn(sink, &seen);

  fixture() {
    memory->lost = &lost;
  }
  ~fixture() override {
    finish();
  }

  void link() {
    caf::anon_send(from, link_to{"sink"}, caf::actor_cast<scored_sink_actor>(to));
    consume_messages();
  }

  void send(std::uint64_t first, std::uint64_t last) {
    for (auto i = first; i <= last; ++i)
      caf::anon_send(from, numbered(i));
  }

  std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> result;
    for (auto i = first; i <= last; ++i)
      result.push_back(i);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(values arrive once and in order and are forgotten when acknowledged) {
  link();
  send(1, 100);
  consume_messages();
  CAF_CHECK_EQUAL(seen.ticks, range(1, 100));
  CAF_CHECK_EQUAL(memory->waiting.size(), 0u);
}

CAF_TEST(values wait until there is a receiver) {
  send(1, 50);
  consume_messages();
  CAF_CHECK_EQUAL(memory->waiting.size(), 50u);
  link();
  CAF_CHECK_EQUAL(seen.ticks, range(1, 50));
}

CAF_TEST(what a dead receiver left is sent to its successor) {
  link();
  caf::anon_send(to, drill{drill::way::raise}); // ahead of the values
  send(1, 50);
  consume_messages();
  CAF_CHECK_EQUAL(seen.ticks.size(), 0u);
  to = spawn(sink, &seen);
  link();
  CAF_CHECK_EQUAL(seen.ticks, range(1, 50));
  CAF_CHECK_EQUAL(memory->waiting.size(), 0u);
}

CAF_TEST(what a dead sender had not delivered is sent by its successor) {
  send(1, 50);
  consume_messages();
  kill(from);
  from = spawn(source, memory);
  link();
  send(51, 60);
  consume_messages();
  CAF_CHECK_EQUAL(seen.ticks, range(1, 60));
}

CAF_TEST(a value that kills its receiver twice is set aside and the others arrive) {
  seen.poison = 3;
  link();
  send(1, 5);
  consume_messages();
  to = spawn(sink, &seen);
  link(); // dies of it again
  to = spawn(sink, &seen);
  link();
  CAF_CHECK_EQUAL(memory->waiting.size(), 0u);
  CAF_CHECK_EQUAL(seen.ticks, (std::vector<std::uint64_t>{1, 2, 4, 5}));
  CAF_CHECK_EQUAL(lost.load(), 1u);
}

CAF_TEST(a refused value is set aside at once and no actor dies) {
  seen.refused = 2;
  link();
  send(1, 3);
  consume_messages();
  CAF_CHECK_EQUAL(seen.ticks, (std::vector<std::uint64_t>{1, 3}));
  CAF_CHECK_EQUAL(memory->waiting.size(), 0u);
}

CAF_TEST(beyond its limit the oldest falls off) {
  memory->limit = 40;
  send(1, 100);
  consume_messages();
  CAF_CHECK_EQUAL(memory->waiting.size(), 40u);
  CAF_CHECK_EQUAL(lost.load(), 60u);
  link();
  CAF_CHECK_EQUAL(seen.ticks, range(61, 100));
}

CAF_TEST(beyond its bytes the oldest lose their details before any falls off) {
  kill(to);
  const auto plain = footprint(numbered(1));
  const auto busy = [](std::uint64_t tick) {
    auto x = numbered(tick);
    x.processes.resize(100);
    return x;
  };
  memory->most_bytes = footprint(busy(1)) * 4;
  for (std::uint64_t tick = 1; tick <= 10; ++tick)
    caf::anon_send(from, busy(tick));
  consume_messages();
  CAF_CHECK_EQUAL(memory->waiting.size(), 10u);
  CAF_CHECK_EQUAL(lost.load(), 0u);
  CAF_CHECK(memory->bytes <= memory->most_bytes);
  CAF_CHECK(memory->waiting.front().value.processes.empty());
  CAF_CHECK_EQUAL(memory->waiting.back().value.processes.size(), 100u);
  CAF_CHECK(memory->shed >= 6u);
  memory->most_bytes = plain * 5; // now not even the seconds have room
  caf::anon_send(from, numbered(11));
  consume_messages();
  CAF_CHECK_EQUAL(memory->waiting.size(), 5u);
  CAF_CHECK_EQUAL(lost.load(), 6u);
  CAF_CHECK_EQUAL(memory->waiting.back().value.system.tick, 11u);
  CAF_CHECK_EQUAL(memory->bytes, 5 * plain);
}

CAF_TEST(an hour of events while the database is away stays within the bound) {
  outbox_memory<event_news> events;
  events.most_bytes = 1 << 20;
  const auto recorder = spawn(event_source, &events);
  event_record event;
  event.lead_up.resize(120);
  for (int i = 0; i < 200; ++i) {
    event.event.id = mint_event_id(event_kind::pause, std::chrono::seconds{i});
    caf::anon_send(recorder, event);
  }
  consume_messages();
  CAF_CHECK_EQUAL(events.waiting.size(), 200u);
  CAF_CHECK(events.bytes <= events.most_bytes);
  CAF_CHECK(events.shed > 150u);
}

CAF_TEST_FIXTURE_SCOPE_END()
