#define CAF_SUITE sample_policy

#include "actors/sample_policy/sample_policy.hpp"

#include "actors/supervision/log.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines;

void collect(log_level, std::string_view component, std::string_view event, std::string_view sentence) {
  if (component == "sample-policy")
    lines.push_back(std::string{event} + ": " + std::string{sentence});
}

struct sink_state {
  sink_state() = default;
  static constexpr const char* name = "sink";
};

scored_sink_actor::behavior_type sink(actor_pointer<scored_sink_actor, sink_state>,
                                      std::vector<std::uint64_t>* stored, lateness* late) {
  return {[stored, late](const scored_sample& x) {
    stored->push_back(x.system.tick);
    *late = x.late;
  }};
}

struct fixture : actor_fixture {
  std::vector<std::uint64_t> stored;
  lateness late; ///< Of the last one that was stored.
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::shared_ptr<sample_policy_memory> memory = std::make_shared<sample_policy_memory>();
  scored_sink_actor to = spawn(sink, &stored, &late);
  sample_policy_actor aut;
  std::uint64_t tick = 0;

  fixture() {
    lines.clear();
    set_log_sink(collect);
    start();
  }

  ~fixture() override {
    set_log_sink(nullptr);
    finish();
  }

  void start() {
    aut = spawn(sample_policy, actor_slot_ref{&page->slots[0]}, sampling_policy{}, memory, page.get());
    link();
  }

  void link() {
    caf::anon_send(aut, link_to{"storage-writer"}, to);
    consume_messages();
  }

  void send(std::uint64_t number, double load, std::chrono::nanoseconds beat = 1ms) {
    scored_sample x;
    x.late.note(late_part::beat, beat);
    x.system.tick = number;
    x.system.at.awake = x.system.at.total = x.system.at.wall = std::chrono::seconds{number};
    x.system.interval = x.system.lived = 1s;
    x.stress.load = load;
    caf::anon_send(aut, x);
    consume_messages();
  }

  void feed(int samples, double load) {
    while (samples-- > 0)
      send(++tick, load);
  }

  std::string note() {
    return page->slots[0].note.read();
  }
};

using numbers = std::vector<std::uint64_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(every fifth second is stored and the others are counted) {
  feed(12, 0);
  CAF_CHECK_EQUAL(stored, (numbers{1, 6, 11}));
  CAF_CHECK_EQUAL(page->samples_stored.load(), 3u);
  CAF_CHECK_EQUAL(page->samples_discarded.load(), 9u);
  CAF_CHECK(lines.empty());
  CAF_CHECK_EQUAL(note(), "normal sampling");
}

CAF_TEST(a late second is in the next sample that is stored and in none after) {
  feed(1, 0);
  send(++tick, 0, 80ms);
  feed(4, 0);
  CAF_CHECK_EQUAL(stored, (numbers{1, 6}));
  CAF_CHECK_EQUAL(late[late_part::beat].value_or(-1), static_cast<double>(0.08F));
  CAF_CHECK(!late[late_part::disk]);
  feed(5, 0);
  CAF_CHECK_EQUAL(late[late_part::beat].value_or(-1), static_cast<double>(0.001F));
}

CAF_TEST(what is not acknowledged is not counted as stored) {
  kill(to);
  feed(6, 0);
  CAF_CHECK_EQUAL(page->samples_stored.load(), 0u);
  CAF_CHECK_EQUAL(page->samples_discarded.load(), 4u);
  to = spawn(sink, &stored, &late);
  link();
  CAF_CHECK_EQUAL(stored, (numbers{1, 6}));
  CAF_CHECK_EQUAL(page->samples_stored.load(), 2u);
}

CAF_TEST(a story of stress is reported in the log once each) {
  feed(3, 0);
  feed(2, 35);
  CAF_CHECK_EQUAL(note(), "elevated sampling");
  feed(40, 72);
  CAF_CHECK_EQUAL(note(), "elevated sampling, critical stress");
  feed(10, 0);
  CAF_CHECK_EQUAL(lines, (std::vector<std::string>{
                           "elevated: The machine is under stress, 35 (load 35) of 100 points: it is "
                           "watched closely.",
                           "critical-stress: The stress is critical: 72 (load 72) of 100 points.",
                           "alert: The stress has been critical for 30 s, now 72 (load 72) of 100 points.",
                           "all-clear: The stress is no longer critical, after 44 s.",
                           "normal-again: The machine is calm again, after 45 s under stress.",
                         }));
  CAF_CHECK_EQUAL(note(), "normal sampling");
}

CAF_TEST(a second that is sent again is decided once) {
  feed(1, 0);
  send(1, 0);
  send(1, 0);
  CAF_CHECK_EQUAL(stored, (numbers{1}));
  CAF_CHECK_EQUAL(page->samples_discarded.load(), 0u);
}

CAF_TEST(a successor stays in the mode of its predecessor) {
  feed(1, 0);
  feed(3, 50);
  kill(aut);
  start();
  CAF_CHECK_EQUAL(note(), "elevated sampling");
  feed(3, 25);
  CAF_CHECK_EQUAL(stored, (numbers{1, 2, 3, 4, 5, 6, 7}));
  CAF_CHECK_EQUAL(lines.size(), 1u);
}

CAF_TEST(a successor stores what its predecessor could not) {
  kill(to);
  feed(6, 0);
  kill(aut);
  to = spawn(sink, &stored, &late);
  start();
  CAF_CHECK_EQUAL(stored, (numbers{1, 6}));
}

CAF_TEST_FIXTURE_SCOPE_END()
