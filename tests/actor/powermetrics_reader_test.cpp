#define CAF_SUITE powermetrics_reader

#include "actors/powermetrics_reader/powermetrics_reader.hpp"

#include "support/actor_fixture.hpp"
#include "support/powermetrics_stream.hpp"
#include "support/scripted_child.hpp"

#include <string>
#include <vector>

#include <unistd.h>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct sink_state {
  sink_state() = default;
  static constexpr const char* name = "sink";
};

using sink_actor = caf::typed_actor<caf::reacts_to<power_sample>, caf::reacts_to<witness_reading>>;

sink_actor::behavior_type sink(sink_actor::stateful_pointer<sink_state>,
                               std::vector<power_sample>* samples,
                               std::vector<witness_reading>* readings, int* breaks) {
  return {
    [samples](const power_sample& x) { samples->push_back(x); },
    [readings, breaks](const witness_reading& x) {
      if (x == witness_reading{})
        ++*breaks;
      else
        readings->push_back(x);
    },
  };
}

struct fixture : actor_fixture {
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  health_slot& slot = page->slots[0];
  scripted_children children;
  std::vector<power_sample> samples;
  std::vector<witness_reading> readings;
  int breaks = 0; ///< In their line.
  reader_policy policy;
  powermetrics_reader_actor aut; // actor under test

  fixture() {
    policy.command = {"the-sampler", "-i", "1000"};
  }

  ~fixture() override {
    aut = nullptr;
    finish();
  }

  void start() {
    aut = spawn(powermetrics_reader, actor_slot_ref{&slot}, policy, &lived, children.starter());
    consume_messages();
    const auto to = spawn(sink, &samples, &readings, &breaks);
    self->send(aut, link_to{"scorer"}, power_sink_actor{to});
    self->send(aut, link_to{"detector"}, witness_sink_actor{to});
    consume_messages();
  }

  /// The child writes healthily for so many seconds.
  void write_for(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      live(1s);
      children.write(second_document(), {1s * i, 2s * i, 3s * i});
      consume_messages();
    }
  }

  void end(child_end how = {true, 9}) {
    children.end(how);
    consume_messages();
  }

  bool is_healthy() {
    return slot.degraded.read().empty();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(reading, fixture)

CAF_TEST(a document becomes a sample with its arrival as soon as it is whole) {
  start();
  CAF_REQUIRE_EQUAL(children.lives.size(), 1u);
  CAF_CHECK(children.last().command == policy.command);
  const auto document = second_document(plist_array("tasks", plist_task(7, "busy", "500")));
  children.write(document.substr(0, document.size() - 2));
  consume_messages();
  CAF_CHECK(samples.empty());
  children.write(document.substr(document.size() - 2), {5s, 6s, 7s});
  consume_messages();
  CAF_REQUIRE_EQUAL(samples.size(), 1u);
  CAF_CHECK_EQUAL(samples[0].tasks.at(0).name, "busy");
  CAF_CHECK(samples[0].arrived == clock_sample({5s, 6s, 7s}));
  CAF_REQUIRE_EQUAL(readings.size(), 1u);
  CAF_CHECK(readings[0] == witness_reading({{5s, 6s, 7s}, 1s}));
  CAF_CHECK_EQUAL(slot.note.read(), "child 1001, 1 document");
  CAF_CHECK(is_healthy());
}

CAF_TEST(the second witness says in what state it saw the daemon) {
  start();
  const auto listed = [&](std::int64_t pid) {
    children.write(second_document(
      plist_integer("pmactor_version", 1) // our own sampler's: only that one says
      + plist_array("tasks", plist_task(pid, "pmactor", "0", plist_string("pmactor_state", "T")))));
    consume_messages();
    return readings.back().daemon_state;
  };
  CAF_CHECK(listed(::getpid()) == 'T');
  CAF_CHECK(!listed(::getpid() + 1));
}

CAF_TEST(a summary since boot is sent to no sink) {
  start();
  children.write(bare_document("<key>is_delta</key><false/>" + plist_integer("elapsed_ns", 5)));
  consume_messages();
  CAF_CHECK(samples.empty());
  CAF_CHECK(is_healthy());
}

CAF_TEST(a child that ends is started again later and later) {
  start();
  const std::chrono::nanoseconds delays[] = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  for (std::size_t i = 0; i < std::size(delays); ++i) {
    end();
    CAF_CHECK(!is_healthy());
    CAF_CHECK(!children.last().alive);
    live(delays[i] - 50ms);
    CAF_CHECK_EQUAL(children.lives.size(), i + 1);
    live(50ms);
    CAF_CHECK_EQUAL(children.lives.size(), i + 2);
  }
}

CAF_TEST(a minute of good work starts the back off anew) {
  start();
  for (int i = 0; i < 4; ++i) {
    end();
    live(8s);
  }
  write_for(62);
  end();
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 6u);
  write_for(30);
  end();
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 6u);
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 7u);
}

CAF_TEST(the status says what happened and what it said and when it is tried again) {
  start();
  children.say("Second underflow occured.\npowermetrics must be invoked as the superuser\n");
  end({false, 1});
  CAF_CHECK_EQUAL(slot.degraded.read(),
                  "The sampler child ended with exit code 1. Only root may run powermetrics; leave "
                  "powermetrics.command empty to have it run by sudo. Next try in 1.0 s.");
  CAF_CHECK_EQUAL(slot.note.read(),
                  "no child, 0 documents; last words: powermetrics must be invoked as the superuser");
  live(1s);
  CAF_CHECK(!is_healthy()); // it runs, but has shown nothing yet
  write_for(1);
  CAF_CHECK(is_healthy());
  CAF_CHECK_EQUAL(slot.note.read(), "child 1002, 1 document, started 2 times; last words: "
                                    "powermetrics must be invoked as the superuser");
}

CAF_TEST(of its words the last are kept and none twice in a row) {
  start();
  children.say("one\ntwo\ntwo\nthree\nfour\nfour\n");
  end({false, 1});
  CAF_CHECK_EQUAL(slot.note.read(), "no child, 0 documents; last words: two | three | four");
}

CAF_TEST(a command that cannot be started is tried again) {
  children.refuse = true;
  start();
  CAF_CHECK(slot.degraded.read().starts_with("The sampler child could not be started (cannot start "
                                             "the-sampler: No such file or directory)"));
  live(1s);
  children.refuse = false;
  live(2s);
  CAF_CHECK_EQUAL(children.lives.size(), 1u);
  write_for(1);
  CAF_CHECK(is_healthy());
}

CAF_TEST(without a command nothing is started and nothing is wrong) {
  policy.command.clear();
  start();
  live(10s);
  CAF_CHECK(children.lives.empty());
  CAF_CHECK(is_healthy());
}

CAF_TEST(switched off it starts nothing and nothing is wrong) {
  policy.enabled = false;
  start();
  live(10s);
  CAF_CHECK(children.lives.empty());
  CAF_CHECK(is_healthy());
}

CAF_TEST(silence of three intervals ends the child and patience ends it by force) {
  start();
  write_for(5);
  live(3900ms);
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  live(100ms);
  CAF_CHECK_EQUAL(children.last().terminated, 1);
  CAF_CHECK(slot.degraded.read().starts_with("The sampler child was silent for "));
  live(4900ms);
  CAF_CHECK_EQUAL(children.last().killed, 0);
  live(100ms);
  CAF_CHECK_EQUAL(children.last().killed, 1);
  CAF_CHECK_EQUAL(children.last().terminated, 1);
  end();
  CAF_CHECK(slot.degraded.read().find("and was killed by signal 9") != std::string::npos);
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 2u);
}

CAF_TEST(a child that outlives being killed is left behind) {
  start();
  write_for(5);
  live(4s + 5s);
  CAF_CHECK_EQUAL(children.last().killed, 1);
  CAF_CHECK(children.last().alive);
  live(5s);
  CAF_CHECK(!children.last().alive);
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 2u);
}

CAF_TEST(a child has time to get going) {
  start();
  live(13s);
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  live(1s);
  CAF_CHECK_EQUAL(children.last().terminated, 1);
}

CAF_TEST(silence is measured by the rhythm that the child has) {
  start();
  for (int i = 0; i < 20; ++i) {
    live(2500ms); // slower than it was asked to
    children.write(second_document());
    consume_messages();
  }
  live(7500ms);
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  live(1s);
  CAF_CHECK_EQUAL(children.last().terminated, 1);
}

CAF_TEST(documents that waited for the daemon do not make the child a fast one) {
  start();
  write_for(3);
  advance_time(14s); // the daemon was stopped, the child was not
  for (int i = 0; i < 14; ++i) {
    children.write(second_document());
    consume_messages();
  }
  live(2900ms);
  CAF_CHECK_EQUAL(children.last().terminated, 0);
}

CAF_TEST(the witness is sent where its line is broken) {
  start();
  CAF_CHECK_EQUAL(breaks, 1);
  write_for(2);
  for (int i = 0; i < 9; ++i) // one more than are kept
    children.write(second_document());
  consume_messages();
  CAF_CHECK_EQUAL(breaks, 2);
  children.write("<plist><dict></plist>");
  consume_messages();
  CAF_CHECK_EQUAL(breaks, 3);
  end();
  live(2s);
  CAF_CHECK_EQUAL(breaks, 4);
}

CAF_TEST(a pause of the host is no silence) {
  start();
  write_for(5);
  live(900ms);
  advance_time(60s); // frozen with the child
  consume_messages();
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  live(800ms);
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  write_for(1);
  CAF_CHECK(is_healthy());
  live(5s);
  CAF_CHECK_EQUAL(children.last().terminated, 1);
}

CAF_TEST(a child that is asked to end is not killed for the time that the host was paused) {
  start();
  write_for(5);
  live(5s);
  CAF_REQUIRE_EQUAL(children.last().terminated, 1);
  advance_time(60s);
  consume_messages();
  CAF_CHECK_EQUAL(children.last().killed, 0);
  live(5s);
  CAF_CHECK_EQUAL(children.last().killed, 1);
}

CAF_TEST(five bad documents in a row end the child and four do not) {
  start();
  const std::string bad = "<?xml?><plist><dict></plist>\n";
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      children.write(bad);
      consume_messages();
    }
    children.write(second_document());
    consume_messages();
  }
  CAF_CHECK_EQUAL(children.last().terminated, 0);
  CAF_CHECK_EQUAL(slot.note.read(), "child 1001, 3 documents, 12 damaged");
  for (int i = 0; i < 5; ++i) {
    children.write(bad);
    consume_messages();
  }
  CAF_CHECK_EQUAL(children.last().terminated, 1);
  CAF_CHECK(slot.degraded.read().starts_with(
    "The sampler child sent 5 documents in a row that cannot be read (it is no well-formed XML"));
}

CAF_TEST(bad documents are no silence) {
  start();
  write_for(3);
  for (int i = 0; i < 4; ++i) {
    live(1s);
    children.write("<?xml?><plist><dict></plist>\n");
    consume_messages();
  }
  CAF_CHECK_EQUAL(children.last().terminated, 0);
}

CAF_TEST(zeros without end end the child) {
  start();
  const std::string zeros(8 << 20, '\0');
  for (int i = 0; i < 5; ++i)
    children.write(zeros);
  consume_messages();
  CAF_CHECK_EQUAL(children.last().terminated, 1);
}

CAF_TEST(a child that closes its output is of no use) {
  start();
  write_for(2);
  children.last().output->closed();
  consume_messages();
  CAF_CHECK_EQUAL(children.last().terminated, 1);
  end({false, 0});
  CAF_CHECK(slot.degraded.read().starts_with(
    "The sampler child closed its output, and ended with exit code 0"));
}

CAF_TEST(a stop by a signal is shown until it is over) {
  start();
  write_for(2);
  children.last().output->stopped(19);
  consume_messages();
  CAF_CHECK_EQUAL(slot.degraded.read(), "The sampler child was stopped by signal 19.");
  children.last().output->continued();
  consume_messages();
  CAF_CHECK(is_healthy());
}

CAF_TEST(what a child says after it was given up is ignored) {
  start();
  const auto old = children.last().output;
  end();
  old->arrived(second_document(), {});
  old->ended({false, 0});
  consume_messages();
  CAF_CHECK(samples.empty());
  live(1s);
  CAF_CHECK_EQUAL(children.lives.size(), 2u);
  old->arrived(second_document(), {});
  consume_messages();
  CAF_CHECK(samples.empty());
}

CAF_TEST(documents and lines that came while it lagged are counted as dropped) {
  start();
  for (int i = 0; i < 20; ++i)
    children.write(second_document());
  consume_messages();
  CAF_CHECK_EQUAL(samples.size(), child_output::most_documents);
  CAF_CHECK_EQUAL(slot.dropped.load(), 20 - child_output::most_documents);
  slot.dropped = 0;
  for (int i = 0; i < 20; ++i)
    children.say("a complaint\n");
  consume_messages();
  CAF_CHECK_EQUAL(slot.dropped.load(), 20 - child_output::most_lines);
}

CAF_TEST(a mac without a sampler is asked for less) {
  policy.command = {"powermetrics", "--samplers", "tasks,smc"};
  start();
  children.say("unrecognized sampler: smc\n");
  end({false, 64});
  live(1s);
  CAF_CHECK_EQUAL(children.last().command.at(2), "tasks");
}

CAF_TEST(what needs no rights takes the place of a sampler that is refused) {
  policy.fallback = {"pmactor", "sample"};
  start();
  children.say("sudo: a password is required\n");
  end({false, 1});
  CAF_CHECK(slot.degraded.read().find("pmactor install") != std::string::npos);
  live(1s);
  CAF_REQUIRE_EQUAL(children.lives.size(), 2u);
  CAF_CHECK(children.last().command == policy.fallback);
  write_for(3);
  CAF_CHECK_EQUAL(samples.size(), 3u);
  // It works, and what is missing is reported nevertheless, with what can be done.
  CAF_CHECK(slot.degraded.read().find("pmactor install") != std::string::npos);
  CAF_CHECK(slot.degraded.read().find("only this user's own processes") != std::string::npos);
  // It stays when it fails in its turn.
  end();
  live(2s);
  CAF_REQUIRE_EQUAL(children.lives.size(), 3u);
  CAF_CHECK(children.last().command == policy.fallback);
}

CAF_TEST(a sampler that only fails is not given up for another) {
  policy.fallback = {"pmactor", "sample"};
  start();
  children.say("powermetrics: something went wrong\n");
  end({false, 1});
  live(1s);
  CAF_REQUIRE_EQUAL(children.lives.size(), 2u);
  CAF_CHECK(children.last().command == policy.command);
}

CAF_TEST(the child goes with its reader) {
  start();
  kill(aut);
  CAF_CHECK(!children.last().alive);
  children.write(second_document()); // which is not read
}

CAF_TEST(a reader that fails takes its child along and says why) {
  start();
  self->monitor(aut);
  self->send(aut, drill{drill::way::raise});
  consume_messages();
  self->receive([](const caf::down_msg& x) { CAF_CHECK_EQUAL(describe(x.reason), "ordered by a drill"); });
  CAF_CHECK(!children.last().alive);
}

CAF_TEST_FIXTURE_SCOPE_END()
