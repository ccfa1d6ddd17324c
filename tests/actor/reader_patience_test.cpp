// How long the POWERMETRICS READER bears a child that is silent or writes what is no document.
#define CAF_SUITE reader_patience

#include "actors/powermetrics_reader/powermetrics_reader.hpp"

#include "support/powermetrics_stream.hpp"
#include "support/reader_fixture.hpp"

#include <string>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST_FIXTURE_SCOPE(reader_patience_tests, reader_fixture)

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

CAF_TEST_FIXTURE_SCOPE_END()
