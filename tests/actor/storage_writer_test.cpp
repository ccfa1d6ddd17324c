#define CAF_SUITE storage_writer
#include "actors/storage_writer/storage_writer.hpp"
#include "actors/storage_writer/trust_clock.hpp"

#include "support/actor_fixture.hpp"
#include "support/sample_maker.hpp"

#include <deque>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// What the scripted database does and has seen; outlives its connections.
struct script {
  std::deque<storage_failure> failures; ///< Of the next stores, in order; then they work.
  std::deque<storage_failure> open_failures;
  std::vector<std::vector<std::uint64_t>> transactions; ///< The ticks of each.
  std::uint64_t poison = 0; ///< The tick that can never be stored.
  bool throws_else = false; ///< The poison throws something that no one foresaw.
  std::vector<std::string> kept;
  int opened = 0, set_aside = 0, ended = 0;
  std::vector<prune_order> prunes;
  std::optional<std::string> prune_clock;
  std::deque<prune_result> prune_results;
  std::string alarm;
};

class scripted_history : public history_port {
public:
  explicit scripted_history(script& x) : script_(x) {
  }
  std::size_t store(std::span<const history_row> rows) override {
    if (const auto* kept = std::get_if<remember>(&rows.front()); kept && kept->key == prune_clock_key) {
      script_.prune_clock = kept->value;
      return 0;
    }
    if (!script_.failures.empty()) {
      const auto kind = script_.failures.front();
      script_.failures.pop_front();
      throw storage_problem{kind, "Cannot store: " + to_string(kind) + '.'};
    }
    std::vector<std::uint64_t> ticks;
    for (const auto& row : rows)
      if (const auto* sample = std::get_if<scored_sample>(&row)) {
        if (sample->system.tick == script_.poison && script_.throws_else)
          throw std::bad_alloc{};
        if (sample->system.tick == script_.poison)
          throw storage_problem{storage_failure::refused, "Cannot store: poison."};
        ticks.push_back(sample->system.tick);
      } else {
        script_.kept.push_back(std::get<remember>(row).key);
      }
    script_.transactions.push_back(ticks);
    return ticks.size();
  }
  prune_result prune(const prune_order& order) override {
    script_.prunes.push_back(order);
    if (script_.prune_results.empty())
      return {};
    const auto result = script_.prune_results.front();
    script_.prune_results.pop_front();
    return result;
  }
  std::optional<std::int64_t> find_event(const event_key& event) override {
    return event.started == std::chrono::seconds{7} ? std::optional<std::int64_t>{7} : std::nullopt;
  }
  std::vector<std::string> pinned_folders() override {
    return {"events/pinned"};
  }
  std::optional<std::string> recall(const std::string&) override {
    return script_.prune_clock;
  }
  history_size size() override {
    return {1234, 12'300'000};
  }
  const std::string& opened() const override {
    return script_.alarm;
  }
  const std::string& alarm() const override {
    return script_.alarm;
  }
  std::string set_aside(const std::string& why) override {
    ++script_.set_aside;
    return why + " Kept.";
  }
  void end() override {
    ++script_.ended;
  }

private:
  script& script_;
};

struct fixture : actor_fixture {
  script db;
  health_slot slot;
  storage_writer_actor aut;
  std::vector<std::string> answers; ///< "1 ok", "2 refused by its receiver: …", in order.

  fixture() {
    aut = start();
  }

  storage_writer_actor start() {
    return spawn(storage_writer, actor_slot_ref{&slot}, open_history{[this] {
                   ++db.opened;
                   if (!db.open_failures.empty()) {
                     const auto kind = db.open_failures.front();
                     db.open_failures.pop_front();
                     throw storage_problem{kind, "Cannot open: " + to_string(kind) + '.'};
                   }
                   return std::make_unique<scripted_history>(db);
                 }},
                 storage_policy{});
  }

  /// Sends these ticks in one go; the answers are noted as they come.
  void ask(std::vector<std::uint64_t> ticks) {
    sys.spawn([this, ticks, to = aut](caf::event_based_actor* sender) {
      for (const auto tick : ticks)
        sender->request(to, caf::infinite, make_sample(tick))
          .then([this, tick] { answers.push_back(std::to_string(tick) + " ok"); },
                [this, tick](const caf::error& e) {
                  answers.push_back(std::to_string(tick) + ' ' + describe(e));
                });
    });
    consume_messages();
  }

  std::string said() {
    std::string result;
    for (const auto& x : answers)
      result += (result.empty() ? "" : ", ") + x;
    answers.clear();
    return result;
  }

  std::string degraded() {
    return slot.degraded.read();
  }
};

using ticks = std::vector<std::vector<std::uint64_t>>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(storage_writer_tests, fixture)

CAF_TEST(the database is opened before the first row comes) {
  consume_messages();
  CAF_CHECK_EQUAL(db.opened, 1);
  CAF_CHECK(db.transactions.empty());
}

CAF_TEST(a sample is acknowledged when it is committed) {
  ask({1});
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1}}));
  CAF_CHECK_EQUAL(said(), "1 ok");
}

CAF_TEST(what is queued goes into one transaction) {
  consume_messages();
  ask({1, 2, 3, 4});
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1, 2, 3, 4}}));
  CAF_CHECK_EQUAL(said(), "1 ok, 2 ok, 3 ok, 4 ok");
}

CAF_TEST(a value to remember is acknowledged when it is committed) {
  consume_messages();
  db.failures = {storage_failure::busy};
  bool done = false;
  sys.spawn([&done, to = aut](caf::event_based_actor* sender) {
    sender->request(to, caf::infinite, remember{"io-baseline", "7"}).then([&done] { done = true; });
  });
  consume_messages();
  CAF_CHECK(!done);
  live(100ms);
  CAF_CHECK(done);
  CAF_CHECK_EQUAL(db.kept, (std::vector<std::string>{"io-baseline"}));
}

CAF_TEST(questions for events are answered at once and with nothing while the database is away) {
  consume_messages();
  std::string heard;
  const auto ask_both = [&] {
    heard.clear();
    sys.spawn([&heard, to = aut](caf::event_based_actor* sender) {
      for (const auto started : {7s, 8s})
        sender->request(to, caf::infinite, event_key{event_kind::pause, started})
          .then([&heard](const event_number& x) { heard += std::to_string(x.id.value_or(0)) + ' '; });
      sender->request(to, caf::infinite, ask_pinned{}).then([&heard](const pinned_folders& x) {
        heard += x.known ? x.folders.at(0) : "unknown";
      });
    });
    consume_messages();
    return heard;
  };
  CAF_CHECK_EQUAL(ask_both(), "7 0 events/pinned");
  db.failures = {storage_failure::io, storage_failure::io, storage_failure::io};
  ask({1});
  CAF_CHECK_EQUAL(ask_both(), "0 0 unknown");
}

CAF_TEST(a locked database delays acknowledgements and loses nothing) {
  consume_messages();
  db.failures = {storage_failure::busy, storage_failure::busy, storage_failure::busy};
  ask({1});
  CAF_CHECK_EQUAL(said(), "");
  CAF_CHECK_EQUAL(degraded(),
                  "1 row waits to be stored: The database is locked by another program.");
  live(100ms);
  ask({2, 3}); // in hand, and no attempt before its time
  CAF_CHECK_EQUAL(db.failures.size(), 1u);
  CAF_CHECK_EQUAL(degraded(),
                  "3 rows wait to be stored: The database is locked by another program.");
  live(200ms);
  CAF_CHECK_EQUAL(said(), "");
  live(400ms);
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1, 2, 3}}));
  CAF_CHECK_EQUAL(said(), "1 ok, 2 ok, 3 ok");
  CAF_CHECK_EQUAL(degraded(), "");
  CAF_CHECK_EQUAL(db.opened, 1);
}

CAF_TEST(a failing disk is tried with a new connection) {
  consume_messages();
  db.failures = {storage_failure::io, storage_failure::full};
  ask({1});
  live(100ms);
  CAF_CHECK_EQUAL(db.opened, 2);
  live(200ms); // a full disk is no reason for a new one
  CAF_CHECK_EQUAL(db.opened, 2);
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(db.set_aside, 0);
}

CAF_TEST(a database that cannot be opened degrades and is tried again) {
  db.open_failures = {storage_failure::denied, storage_failure::busy, storage_failure::other,
                      storage_failure::other,  storage_failure::other};
  ask({1});
  CAF_CHECK_EQUAL(degraded(), "1 row waits to be stored: Cannot open: denied.");
  live(60s);
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(degraded(), "");
  CAF_CHECK_EQUAL(db.opened, 6);
}

CAF_TEST(a damaged database is kept aside and a new one begun at once) {
  consume_messages();
  db.failures = {storage_failure::corrupt};
  ask({1});
  CAF_CHECK_EQUAL(db.set_aside, 1);
  CAF_CHECK_EQUAL(db.opened, 2);
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(degraded(), "");
  live(11s);
  ask({2});
  CAF_CHECK_EQUAL(slot.note.read(), "1,234 samples, 12.3 MB. Cannot store: corrupt. Kept.");
}

CAF_TEST(a moved database is begun anew at once) {
  consume_messages();
  db.failures = {storage_failure::moved};
  ask({1});
  CAF_CHECK_EQUAL(db.opened, 2);
  CAF_CHECK_EQUAL(said(), "1 ok");
}

CAF_TEST(a row that can never be stored is refused and its neighbours are stored) {
  consume_messages();
  db.poison = 2;
  ask({1, 2, 3});
  CAF_CHECK_EQUAL(said(), "1 ok, 2 refused by its receiver: Cannot store: poison., 3 ok");
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1}, {3}}));
  ask({4, 5});
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1}, {3}, {4, 5}}));
}

CAF_TEST(a row that fails in a way nobody foresaw is refused after three attempts) {
  consume_messages();
  db.poison = 2;
  db.throws_else = true;
  ask({1, 2, 3});
  CAF_CHECK_EQUAL(said(), "");
  live(10s);
  CAF_CHECK_EQUAL(said(),
                  "1 ok, 2 refused by its receiver: Cannot store: std::bad_alloc, 3 ok");
  CAF_CHECK_EQUAL(degraded(), "");
}

CAF_TEST(a lock that lasted long makes neither the file nor a row suspect) {
  consume_messages();
  db.failures.assign(1000, storage_failure::busy);
  ask({1});
  live(35s);
  db.failures = {storage_failure::other, storage_failure::busy, storage_failure::corrupt};
  live(15s);
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(db.set_aside, 1);
}

CAF_TEST(no more rows are held than the policy says) {
  consume_messages();
  db.failures.assign(1000, storage_failure::busy);
  std::vector<std::uint64_t> many;
  for (std::uint64_t tick = 1; tick <= 130; ++tick)
    many.push_back(tick);
  ask(many);
  CAF_CHECK_EQUAL(said(), "129 refused by its receiver: the storage writer holds 128 rows already, "
                          "130 refused by its receiver: the storage writer holds 128 rows already");
}

CAF_TEST(senders that fail again and again while the database is away lose no row) {
  consume_messages();
  db.failures = {storage_failure::busy};
  std::vector<std::uint64_t> window;
  for (std::uint64_t tick = 1; tick <= 32; ++tick)
    window.push_back(tick);
  for (int incarnation = 0; incarnation < 4; ++incarnation)
    ask(window);
  CAF_CHECK_EQUAL(said(), "");
  live(100ms);
  CAF_CHECK_EQUAL(db.transactions, (ticks{window}));
  CAF_CHECK_EQUAL(answers.size(), 32u); // those of the last one
}

CAF_TEST(a plain send of a refused row does not end its sender) {
  consume_messages();
  db.poison = 1;
  self->send(aut, make_sample(1));
  consume_messages();
  CAF_CHECK(self->mailbox().empty());
}

CAF_TEST(a crash acknowledges nothing and its successor stores what comes again) {
  consume_messages();
  db.failures = {storage_failure::busy};
  ask({1});
  caf::anon_send(aut, drill{});
  consume_messages();
  CAF_CHECK_EQUAL(said(), "");
  CAF_CHECK_EQUAL(db.ended, 0);
  aut = start();
  ask({1});
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(db.transactions, (ticks{{1}}));
}

CAF_TEST(an orderly end stores what waits and marks the end) {
  consume_messages();
  db.failures = {storage_failure::busy};
  ask({1});
  caf::anon_send_exit(aut, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(db.ended, 1);
}

CAF_TEST(an end of a hung one is not orderly) {
  consume_messages();
  self->send_exit(aut, make_error(failure::hung));
  consume_messages();
  CAF_CHECK_EQUAL(db.ended, 0);
}

CAF_TEST(what is too old is removed at the start and daily in batches) {
  consume_messages();
  db.prune_results = {{16, 0, true}, {10, 2, true}, {0, 0, false}};
  ask({1});
  CAF_CHECK_EQUAL(db.prunes.size(), 1u);
  CAF_CHECK_EQUAL(*db.prunes[0].samples_before, 1'700'000'001.0 - 30 * 86'400);
  CAF_CHECK_EQUAL(*db.prunes[0].events_before, 1'700'000'001.0 - 90 * 86'400);
  live(1s);
  CAF_CHECK_EQUAL(db.prunes.size(), 3u);
  CAF_CHECK(db.prunes[1].rows > db.prunes[0].rows); // the first one took no time
  live(23h, 1h);
  ask({2});
  CAF_CHECK_EQUAL(db.prunes.size(), 3u);
  live(1h, 10min);
  ask({3});
  CAF_CHECK_EQUAL(db.prunes.size(), 4u);
}

CAF_TEST(a clock that is years ahead at once removes next to nothing) {
  db.prune_clock = to_text(prune_clock{1'600'000'000, 1'600'000'000});
  ask({1});
  CAF_REQUIRE_EQUAL(db.prunes.size(), 1u);
  CAF_CHECK_EQUAL(*db.prunes[0].samples_before, 1'600'000'000.0 + 2 * 86'400 - 30 * 86'400);
  const auto kept = parse_prune_clock(db.prune_clock.value());
  CAF_CHECK(kept == (prune_clock{1'700'000'001, 1'600'000'000.0 + 2 * 86'400}));
}

CAF_TEST(a prune waits while the database does not work) {
  consume_messages();
  db.prune_results = {{16, 0, true}, {0, 0, false}};
  ask({1});
  db.failures = {storage_failure::busy, storage_failure::busy, storage_failure::busy,
                 storage_failure::busy};
  ask({2});
  live(500ms);
  CAF_CHECK_EQUAL(db.prunes.size(), 1u);
  live(61s);
  ask({3});
  CAF_CHECK_EQUAL(db.prunes.size(), 2u);
}

CAF_TEST(the health page tells the size at most every ten seconds) {
  ask({1});
  CAF_CHECK_EQUAL(slot.note.read(), "1,234 samples, 12.3 MB");
  slot.note.write("before");
  live(9s);
  ask({2});
  CAF_CHECK_EQUAL(slot.note.read(), "before");
  live(1s);
  ask({3});
  CAF_CHECK_EQUAL(slot.note.read(), "1,234 samples, 12.3 MB");
}

CAF_TEST_FIXTURE_SCOPE_END()
