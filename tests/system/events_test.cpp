// `pmactor events` as a user has it: of a stall with pauses within.
#define CAF_SUITE events

#include "actors/storage_writer/history_sqlite.hpp"

#include "support/daemon.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

event_record event_at(event_kind kind, std::chrono::nanoseconds started, std::chrono::nanoseconds length) {
  event_record x;
  auto& event = x.event;
  event.kind = kind;
  event.id = mint_event_id(kind, started);
  event.started = started;
  event.ended = started + length;
  event.duration = length;
  event.cause = pause_cause::memory;
  event.sure = confidence::medium;
  if (kind == event_kind::pause)
    event.book[event.cause].length = length;
  else
    event.stall = stall_facts{stall_resource::memory, {}, {"touching fresh memory"}, {}, true};
  return x;
}

struct fixture {
  test_home home;

  /// A pause of its own, then a stall with two parts; the newest is a part.
  fixture() {
    history aut{history_place{home.where().database(), "run-1"}};
    const auto stall = event_at(event_kind::stall, 1'700'000'100s, 19s);
    auto first = event_at(event_kind::pause, 1'700'000'101s, 400ms);
    auto second = event_at(event_kind::pause, 1'700'000'110s, 600ms);
    first.event.part_of = second.event.part_of = stall.event.id;
    const std::vector<history_row> rows{event_at(event_kind::pause, 1'700'000'000s, 300ms), stall, first, second};
    aut.store(rows);
    aut.end();
  }
  std::string run(std::vector<std::string> words) {
    words.insert(words.end(), {"--data", home.data.string()});
    const auto result = run_program(words);
    CAF_CHECK_EQUAL(result.exit_code, 0);
    CAF_CHECK_EQUAL(result.err, "");
    return result.out;
  }
  std::ptrdiff_t lines(const std::vector<std::string>& words) {
    const auto out = run(words);
    return std::count(out.begin(), out.end(), '\n');
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(events_tests, fixture)

CAF_TEST(the list has the stall and folds its parts unless they are asked for) {
  CAF_CHECK_EQUAL(lines({"events"}), 1 + 2);
  CAF_CHECK(contains(run({"events"}), "memory did not answer, 2 pauses\n"));
  CAF_CHECK_EQUAL(lines({"events", "--parts"}), 1 + 4);
  CAF_CHECK_EQUAL(lines({"events", "--kind", "pause"}), 1 + 1);
  CAF_CHECK_EQUAL(lines({"events", "--kind", "pause", "--parts"}), 1 + 3);
  CAF_CHECK_EQUAL(lines({"events", "--csv"}), 1 + 2);
  CAF_CHECK_EQUAL(lines({"events", "--csv", "--parts"}), 1 + 4);
  CAF_CHECK(!contains(run({"events", "--json"}), "\"id\":3"));
  CAF_CHECK(contains(run({"events", "--json", "--parts"}),
                     "\"part_of\":\"" + to_string(mint_event_id(event_kind::stall, 1'700'000'100s)) + '"'));
}

CAF_TEST(a list that is cut says of how many) {
  CAF_CHECK(contains(run({"events", "-n", "1"}), "The newest 1 of 2 are shown; `-n all` is all of them."));
  CAF_CHECK(contains(run({"events", "--parts", "-n", "3"}), "The newest 3 of 4 are shown; `-n all` is all of them."));
  CAF_CHECK(!contains(run({"events", "-n", "2"}), "The newest"));
  CAF_CHECK(!contains(run({"events", "-n", "all"}), "The newest"));
}

CAF_TEST(the stall says what the beat lost and a part of what it is part) {
  CAF_CHECK(contains(run({"events", "show", "2"}), "beat paused as well: 2 times, 1.00 s in all, the"));
  CAF_CHECK(contains(run({"events", "show", "3"}), "Part of     stall 2, "));
  CAF_CHECK(!contains(run({"events", "show", "1"}), "Part of"));
  CAF_CHECK(contains(run({"events", "show", "2", "--json"}),
                     "\"parts\":{\"count\":2,\"total\":1.0,\"longest\":0.6}"));
}

CAF_TEST(the newest event to report is the stall and not a part of it) {
  const auto page = run({"report"});
  CAF_CHECK(contains(page, "<b>Stall 2</b>"));
  CAF_CHECK(contains(page, "Pauses of the beat"));
  CAF_CHECK(contains(run({"report", "4"}), "<dt>Part of</dt>"));
}

CAF_TEST(a trace is laid out as its format wants it) {
  auto record = event_at(event_kind::pause, 1'700'000'200s, 2s);
  auto& blame = record.event.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = 2s;
  auto& drawn = blame.timeline.emplace();
  drawn.began = 1'700'000'199'900ms;
  drawn.length = 2100ms;
  drawn.tasks = {{-1, -1, "several"}, {21, 21, "hog"}, {22, 23, "\"'\x1b\xff"}};
  drawn.cpus = {{0, 0s}, {1, 100ms}};
  drawn.slices = {{0, 1, 0s, 1s}, {0, 2, 1s, 1100ms}, {1, 2, 100ms, 900ms}, {1, 1, 1s, 1100ms}};
  for (int i = 0; i < 30; ++i) {
    auto& second = record.lead_up.emplace_back();
    second.system.at.wall = 1'700'000'170s + std::chrono::seconds{i};
    second.system.interval = 1s;
    second.system.cpu_pct = i;
  }
  {
    history aut{history_place{home.where().database(), "run-2"}};
    const std::vector<history_row> rows{record};
    aut.store(rows);
    aut.end();
  }
  const auto file = home.data / "event.trace.json", said = home.data / "said";
  CAF_CHECK(contains(run({"events", "trace", "5", "-o", file.string()}), "ui.perfetto.dev"));
  const auto check = "python3 -B " PMACTOR_SOURCE_DIR "/tests/system/check_trace.py '" + file.string() + "' >'"
                     + said.string() + "' 2>&1";
  const int status = std::system(check.c_str()); // NOLINT: a command of this test's own
  std::ifstream answer{said};
  const std::string words{std::istreambuf_iterator<char>{answer}, {}};
  if (contains(words, "not found")) {
    CAF_MESSAGE("SKIPPED: there is no python3");
    return;
  }
  CAF_CHECK_EQUAL(words.substr(0, words.find(", ", words.find(", ") + 1)), "11 slices, 60 counters");
  CAF_CHECK_EQUAL(status, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
