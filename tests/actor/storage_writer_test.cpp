#define CAF_SUITE storage_writer
#include "actors/storage_writer/storage_writer.hpp"
#include "actors/storage_writer/trust_clock.hpp"

#include "support/actor_fixture.hpp"
#include "support/sample_maker.hpp"
#include "support/scripted_history.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture : actor_fixture {
  history_script db;
  health_slot slot;
  storage_writer_actor aut;
  std::vector<std::string> answers; ///< "1 ok", "2 refused by its receiver: …", in order.

  fixture() {
    aut = start();
  }

  storage_writer_actor start() {
    return spawn(storage_writer, actor_slot_ref{&slot}, open_history{[this](damaged_file what) {
                   ++db.opened;
                   if (what == damaged_file::set_aside)
                     ++db.set_aside;
                   if (!db.open_failures.empty()) {
                     const auto kind = db.open_failures.front();
                     db.open_failures.pop_front();
                     throw storage_problem{kind, "Cannot open: " + to_string(kind) + '.'};
                   }
                   return std::make_unique<scripted_history>(db);
                 }},
                 storage_writer_policy{});
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

stored_sink_actor::behavior_type listener(stored_sink_actor::pointer, int* heard) {
  return {[heard](const events_stored&) { ++*heard; }};
}

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

CAF_TEST(the question for pinned folders is answered at once and with nothing while the database is away) {
  consume_messages();
  std::string received;
  const auto ask_folders = [&] {
    received.clear();
    sys.spawn([&received, to = aut](caf::event_based_actor* sender) {
      sender->request(to, caf::infinite, ask_pinned{}).then([&received](const pinned_folders& x) {
        received += x.known ? x.folders.at(0) : "unknown";
      });
    });
    consume_messages();
    return received;
  };
  CAF_CHECK_EQUAL(ask_folders(), "events/pinned");
  db.failures = {storage_failure::io, storage_failure::io, storage_failure::io};
  ask({1});
  CAF_CHECK_EQUAL(ask_folders(), "unknown");
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

CAF_TEST(a database that is found damaged again and again is set aside ever more seldom and said so) {
  consume_messages();
  for (std::uint64_t tick = 1; tick <= 200; ++tick) {
    db.failures = {storage_failure::corrupt}; // and then it stores, until it is damaged again
    ask({tick});
    live(1s);
  }
  CAF_CHECK(db.set_aside >= 3);
  CAF_CHECK(db.set_aside <= 8); // 0, 5, 10, 20, 40, 80 s apart
  db.failures.clear();
  live(1h, 1min);
  ask({1000});
  CAF_CHECK(degraded().starts_with("The history was found damaged "));
  live(25h, 1h);
  ask({1001});
  CAF_CHECK_EQUAL(degraded(), "");
}

CAF_TEST(a database that is damaged when it is opened is set aside with the same back off) {
  db.open_failures.assign(3, storage_failure::corrupt);
  ask({1});
  CAF_CHECK_EQUAL(db.set_aside, 1); // the first damage at once, the second after 5 s
  live(4s);
  CAF_CHECK_EQUAL(db.set_aside, 1);
  live(20s);
  CAF_CHECK_EQUAL(db.set_aside, 3);
  CAF_CHECK_EQUAL(said(), "1 ok");
}

CAF_TEST(a damaged database that cannot be set aside at once is not damaged once more) {
  db.open_failures = {storage_failure::corrupt, storage_failure::io};
  ask({1});
  CAF_CHECK_EQUAL(db.set_aside, 1); // which failed
  live(1s);
  CAF_CHECK_EQUAL(db.set_aside, 2);
  CAF_CHECK_EQUAL(db.opened, 3);
  CAF_CHECK_EQUAL(said(), "1 ok");
}

CAF_TEST(a moved database is begun anew at once and said) {
  consume_messages();
  db.failures = {storage_failure::moved};
  ask({1});
  CAF_CHECK_EQUAL(db.opened, 2);
  CAF_CHECK_EQUAL(said(), "1 ok");
  live(11s);
  ask({2});
  CAF_CHECK_EQUAL(slot.note.read(), "1,234 samples, 12.3 MB. Cannot store: moved.");
}

CAF_TEST(an orderly end has patience with a lock) {
  consume_messages();
  db.failures.assign(2, storage_failure::busy);
  ask({1});
  caf::anon_send_exit(aut, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK_EQUAL(said(), "1 ok");
  CAF_CHECK_EQUAL(db.ended, 1);
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

CAF_TEST(a row that fails in an unforeseen way is refused after three attempts) {
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

CAF_TEST(the health page shows the size at most every ten seconds) {
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

CAF_TEST(who reads events hears of them once they are committed) {
  consume_messages();
  int heard = 0;
  caf::anon_send(aut, link_to{"exporter"}, spawn(listener, &heard));
  consume_messages();
  CAF_CHECK_EQUAL(heard, 1); // of what it may have missed
  db.failures = {storage_failure::busy};
  caf::anon_send(aut, event_record{});
  caf::anon_send(aut, capture_report{});
  consume_messages();
  CAF_CHECK_EQUAL(heard, 1);
  live(10s);
  CAF_CHECK_EQUAL(heard, 2);
  ask({1});
  CAF_CHECK_EQUAL(heard, 2);
}

CAF_TEST(who reads events hears of those that opening the database took in) {
  db.open_failures = {storage_failure::other};
  int heard = 0;
  caf::anon_send(aut, link_to{"exporter"}, spawn(listener, &heard));
  consume_messages();
  CAF_CHECK_EQUAL(heard, 0);
  live(10s);
  CAF_CHECK_EQUAL(heard, 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
