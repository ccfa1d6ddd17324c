// One second's way through SYSTEM METRICS, STRESS SCORER and SAMPLE POLICY to a stand-in for the store,
// while each of them is made to fail at any moment.
#define CAF_SUITE second

#include "actors/sample_policy/sample_policy.hpp"
#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/system_metrics/system_metrics.hpp"

#include "support/actor_fixture.hpp"

#include <array>
#include <map>
#include <random>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

using store_impl = scored_sink_actor::extend<caf::reacts_to<drill>>;

struct store_state {
  store_state() = default;
  static constexpr const char* name = "store";
};

store_impl::behavior_type store(actor_pointer<store_impl, store_state> self,
                                std::map<std::uint64_t, int>* rows) {
  return {
    [rows](const scored_sample& x) { ++(*rows)[x.system.tick]; },
    handle_drill(self),
  };
}

struct fixture : actor_fixture {
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::map<std::uint64_t, int> rows; ///< How often each second was handed to the store.
  std::vector<std::chrono::nanoseconds> readings;
  sampling_policy mode;

  std::shared_ptr<system_metrics_memory> metrics_memory = std::make_shared<system_metrics_memory>();
  std::shared_ptr<stress_scorer_memory> scorer_memory = std::make_shared<stress_scorer_memory>();
  std::shared_ptr<sample_policy_memory> policy_memory = std::make_shared<sample_policy_memory>();
  system_metrics_actor metrics;
  stress_scorer_actor scorer;
  sample_policy_actor policy;
  store_impl rows_store;

  ~fixture() override {
    finish();
  }

  static constexpr unsigned roles = 4;
  std::array<int, roles> alive{}; ///< Incarnations of each role that have not ended.

  /// Starts a role and links it as the SUPERVISOR does.
  void start(unsigned role) {
    switch (role) {
      case 0:
        rows_store = spawn(store, &rows);
        break;
      case 1:
        policy = spawn(sample_policy, actor_slot_ref{&page->slots[1]}, mode, policy_memory, page.get());
        break;
      case 2:
        scorer = spawn(stress_scorer, actor_slot_ref{&page->slots[2]}, stress_scorer_policy{}, scorer_memory);
        break;
      default:
        metrics = spawn(
          system_metrics, actor_slot_ref{&page->slots[3]}, tick_policy{},
          [this] {
            system_counters x;
            x.at.awake = x.at.total = now();
            readings.push_back(now());
            return x;
          },
          &lived, metrics_memory, page.get());
    }
    ++alive[role];
    handle_of(role)->attach_functor([this, role] { --alive[role]; });
    if (role <= 1 && policy)
      caf::anon_send(policy, link_to{"storage-writer"}, caf::actor_cast<scored_sink_actor>(rows_store));
    if ((role == 1 || role == 2) && scorer)
      caf::anon_send(scorer, link_to{"sample-policy"}, caf::actor_cast<scored_sink_actor>(policy));
    if (role == 2 || role == 3)
      caf::anon_send(metrics, link_to{"stress-scorer"}, caf::actor_cast<system_sink_actor>(scorer));
  }

  void start_all() {
    for (unsigned role = 0; role < roles; ++role)
      start(role);
    consume_messages();
  }

  caf::actor handle_of(unsigned role) const {
    switch (role) {
      case 0:
        return caf::actor_cast<caf::actor>(rows_store);
      case 1:
        return caf::actor_cast<caf::actor>(policy);
      case 2:
        return caf::actor_cast<caf::actor>(scorer);
      default:
        return caf::actor_cast<caf::actor>(metrics);
    }
  }

  /// Lets a role fail, and waits until it is down as the SUPERVISOR does; others may go on meanwhile.
  void strike(unsigned role, unsigned how) {
    const auto x = handle_of(role);
    if (how == 0)
      caf::anon_send(x, drill{drill::way::raise});
    else if (how == 1)
      caf::anon_send(x, drill{drill::way::quit});
    else // at once, ahead of all mail
      caf::anon_send<caf::message_priority::high>(
        x, caf::exit_msg{x->address(), caf::exit_reason::kill});
    while (alive[role] > 0 && sched.try_run_once()) {
    }
    CAF_REQUIRE_EQUAL(alive[role], 0);
  }

  std::uint64_t accounted() const {
    return page->samples_stored + page->samples_discarded + page->samples_missed;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(every fifth second arrives and all are accounted for) {
  start_all();
  live(20s);
  CAF_CHECK_EQUAL(rows.size(), 5u);
  CAF_CHECK_EQUAL(page->samples_taken.load(), 21u);
  CAF_CHECK_EQUAL(accounted(), 21u);
}

CAF_TEST(whichever actor fails at whatever moment no second is lost or doubled) {
  mode.normal_every = 1s;
  start_all();
  std::mt19937 chance{42};
  constexpr int seconds = 600;
  for (int step = 0; step < seconds * 20; ++step) {
    advance_time(50ms);
    beat();
    if (chance() % 4 == 0) {
      // In the middle of whatever is going on, and for a while of it.
      for (auto jobs = chance() % 6; jobs > 0; --jobs)
        sched.try_run_once();
      const auto role = static_cast<unsigned>(chance() % roles);
      strike(role, static_cast<unsigned>(chance() % 3));
      for (auto jobs = chance() % 6; jobs > 0; --jobs)
        sched.try_run_once();
      if (chance() % 3 == 0)
        consume_messages();
      start(role);
    }
    consume_messages();
    owned.erase(owned.begin(), owned.size() > 8 ? owned.end() - 8 : owned.begin());
  }
  CAF_CHECK_EQUAL(page->samples_missed.load(), 0u);
  CAF_CHECK_EQUAL(page->samples_taken.load(), seconds + 1u);
  CAF_REQUIRE_EQUAL(rows.size(), seconds + 1u);
  CAF_CHECK_EQUAL(rows.begin()->first, 1u);
  CAF_CHECK_EQUAL(rows.rbegin()->first, seconds + 1u);
  CAF_CHECK_EQUAL(page->samples_stored.load(), seconds + 1u);
  CAF_CHECK_EQUAL(page->samples_discarded.load(), 0u);
  CAF_CHECK_EQUAL(readings.size(), seconds + 1u);
  CAF_CHECK_EQUAL(scorer_memory->last_tick, seconds + 1u);
}

CAF_TEST(a second is decided once however often it is sent) {
  beat(1s);
  start_all();
  std::mt19937 chance{7};
  for (int step = 0; step < 300; ++step) {
    advance_time(1s);
    beat(1s);
    for (auto jobs = chance() % 8; jobs > 0; --jobs)
      sched.try_run_once();
    const auto role = static_cast<unsigned>(chance() % roles);
    strike(role, 2);
    start(role);
    consume_messages();
    owned.erase(owned.begin(), owned.size() > 8 ? owned.end() - 8 : owned.begin());
  }
  CAF_CHECK_EQUAL(rows.size(), 61u); // every fifth of 301
  CAF_CHECK_EQUAL(page->samples_stored.load(), 61u);
  CAF_CHECK_EQUAL(accounted(), 301u);
}

CAF_TEST_FIXTURE_SCOPE_END()
