#define CAF_SUITE powermetrics_reader

#include "actors/powermetrics_reader/powermetrics_reader.hpp"

#include "support/powermetrics_stream.hpp"
#include "support/reader_fixture.hpp"

#include <string>
#include <vector>

#include <unistd.h>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(reading, reader_fixture)

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

CAF_TEST(a sample says how much of its window the machine slept) {
  start();
  const auto document = [](std::chrono::nanoseconds elapsed) {
    return bare_document("<key>is_delta</key><true/>" + plist_integer("elapsed_ns", elapsed.count()));
  };
  children.write(document(1s), {5s, 6s, 7s});
  children.write(document(44s), {6s, 50s, 51s});
  consume_messages();
  CAF_REQUIRE_EQUAL(samples.size(), 2u);
  CAF_CHECK(samples[0].asleep == 0s);
  CAF_CHECK(samples[1].asleep == 43s);
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

CAF_TEST(the witness is sent where its line is broken) {
  start();
  CAF_CHECK_EQUAL(breaks, 1);
  write_for(2);
  for (std::size_t i = 0; i <= child_output::most_documents; ++i) // one more than are kept
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

CAF_TEST(what waited in the pipe while the daemon was stopped leaves no break in the line) {
  start();
  write_for(3);
  const auto breaks_before = breaks;
  for (int i = 0; i < 18; ++i)
    children.write(second_document(), {5s, 20s, 20s});
  consume_messages();
  CAF_CHECK_EQUAL(readings.size(), 21u);
  CAF_CHECK_EQUAL(breaks, breaks_before);
}

CAF_TEST(documents and lines that came while it lagged are counted as dropped) {
  start();
  for (std::size_t i = 0; i < child_output::most_documents + 12; ++i)
    children.write(second_document());
  consume_messages();
  CAF_CHECK_EQUAL(samples.size(), child_output::most_documents);
  CAF_CHECK_EQUAL(slot.dropped.load(), 12u);
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
